"""Names of many origins, words of the language among them, for tests of who is calling."""

FIRST = (
    "Aoife", "Siobhán", "Niamh", "Caoimhe", "Saoirse", "Oisín",
    "Tadhg", "Ciarán", "Seán", "Róisín", "Eoin", "Gráinne",
    "John", "Mary", "Will", "May", "June", "April", "Mark",
    "Grace", "Hope", "Faith", "Joy", "Rose", "Bill", "Rob", "Sue",
    "Pat", "Art", "Drew", "Chase", "Grant", "Frank", "Dean",
    "Miles", "Summer", "Autumn", "Dawn", "Eve", "Iris", "Jack",
    "Al", "Jo", "Bo", "Ed", "Li", "Mohammed", "Fatima",
    "Ayesha", "Omar", "Yusuf", "Priya", "Rajesh", "Ananya", "Harpreet",
    "Wei", "Xiu Ying", "Nguyen", "Thi Lan", "Hiroshi",
    "Yuki", "Min-jun", "Ji-woo", "Olga", "Dmitri", "Svetlana",
    "Krzysztof", "Agnieszka", "Łukasz", "Zoltán", "Ágnes",
    "Jürgen", "Björn", "Åsa", "Søren", "François", "Chloé",
    "Jean-Luc", "Marie-Claire", "José", "María", "Iñaki",
    "João", "Beatriz", "Giuseppe", "Chiara", "Ioannis", "Eleni",
    "Mehmet", "Ayşe", "Chidi", "Ngozi", "Kwame", "Thandiwe",
    "Sipho", "Amara", "Leilani", "Mary Jane", "Billy", "Trudy",
)  # fmt: skip
LAST = (
    "Murphy", "O'Brien", "O’Sullivan", "Ó Briain",
    "Ní Bhriain", "McCarthy", "Mac Donnell", "Fitzgerald", "Smith",
    "Jones", "Young", "Long", "White", "Black", "Brown", "Green",
    "Best", "Love", "Cook", "Price", "Day", "Case", "Parker",
    "Parker-Bowles", "Lloyd Webber", "Day-Lewis", "Van Dyke",
    "van der Berg", "de la Cruz", "von Trapp", "D'Angelo",
    "Al-Rashid", "bin Salman", "Khan", "Patel", "Singh", "Kaur",
    "Chen", "Wang", "Nguyen", "Tran", "Tanaka", "Kim",
    "Park", "Ivanova", "Nowak", "Wiśniewska", "Horváth",
    "Müller", "Öztürk", "Garcia", "dos Santos", "Rossi", "Dubois",
    "Okafor", "Mensah", "Dlamini", "Abebe", "Hansen",
    "Lindström", "Papadopoulos", "Cohen", "Levi", "Yilmaz", "Little",
    "Short", "Strong", "Wise", "King", "Bishop", "Major",
    "Mason", "Baker", "Fisher", "Hunter", "Page", "Field", "Hill",
    "Lake", "Rivers", "Stone", "Wood", "Rice", "Bean", "Pope",
    "Noble", "Swift", "Sharp", "Good", "Grant", "Bright", "Weeks",
    "March", "Friday", "Knight", "Law", "Power", "Quick", "Sweet",
)  # fmt: skip


def full_names() -> list[str]:
    """Two hundred and more names: every first and every last name at least twice."""
    names = [f"{first} {LAST[(7 * k) % len(LAST)]}" for k, first in enumerate(FIRST)]
    names += [f"{FIRST[(11 * k + 3) % len(FIRST)]} {last}" for k, last in enumerate(LAST)]
    names += [f"{FIRST[(13 * k + 5) % len(FIRST)]} {LAST[(17 * k + 2) % len(LAST)]}" for k in range(40)]
    return names
