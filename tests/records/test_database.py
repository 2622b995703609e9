import threading

import pytest
from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from models.errors import FirstlineError
from records.database import Base, Database
from records.schema import migrate


class Counter(Base):
    __tablename__ = "test_counter"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int]


def test_sqlite_runs_in_write_ahead_mode_and_creates_its_folder(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new/folder/x.db")
    migrate(database)
    with database.session() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("PRAGMA synchronous")).scalar() == 1
    database.close()


def test_read_then_write_of_many_threads_loses_no_update(database_url):
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    with database.transaction("calls") as session:
        session.add(Counter(name="calls", value=0))

    def add_twenty() -> None:
        for _ in range(20):
            with database.transaction("calls") as session:
                row = session.execute(select(Counter)).scalar_one()
                row.value += 1

    threads = [threading.Thread(target=add_twenty) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session() as session:
        assert session.execute(select(Counter.value)).scalar_one() == 80
    database.close()


def test_a_failed_transaction_leaves_nothing(database_url):
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    with pytest.raises(ZeroDivisionError), database.transaction("a") as session:
        session.add(Counter(name="a", value=1 // 0))
    with pytest.raises(ZeroDivisionError), database.transaction("a") as session:
        session.add(Counter(name="a", value=1))
        session.flush()
        _ = 1 // 0
    with database.session() as session:
        assert session.execute(select(Counter)).all() == []
    database.close()


@pytest.mark.parametrize("url", ["not a url", "nosuch://x/y"])
def test_an_unusable_url_says_what_to_do(url):
    with pytest.raises(FirstlineError) as caught:
        Database(url)
    assert caught.value.code == "database_url"


def test_memory_database_is_one_database_for_all_threads():
    database = Database("sqlite://")
    Base.metadata.create_all(database.engine)
    with database.transaction("calls") as session:
        session.add(Counter(name="a", value=1))
    seen: list[int] = []

    def look() -> None:
        with database.session() as session:
            seen.append(session.execute(select(Counter.value)).scalar_one())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [1]


def test_on_postgresql_who_writes_about_one_thing_does_not_wait_for_another(postgres):
    database = Database(postgres.new_database())
    Base.metadata.create_all(database.engine)
    with database.transaction("CA1") as held:
        held.add(Counter(name="CA1", value=1))
        with database.transaction("CA2") as other:
            other.add(Counter(name="CA2", value=2))
    with database.session() as session:
        assert len(session.execute(select(Counter)).all()) == 2
    database.close()
