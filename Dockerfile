# Firstline on a CPU. Build: docker build -t firstline .   Run: docker run -p 8000:8000 -v firstline:/data firstline
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-deps --require-hashes --requirement requirements.lock

COPY . .
RUN pip install --no-deps --no-build-isolation --no-index --editable . \
    && useradd --system --create-home firstline \
    && install --directory --owner firstline /data

USER firstline
VOLUME /data
ENV FIRSTLINE_HOST=0.0.0.0 FIRSTLINE_DATA_DIR=/data FIRSTLINE_CACHE_DIR=/data/cache
EXPOSE 8000
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import httpx, sys; sys.exit(httpx.get('http://127.0.0.1:8000/health').status_code != 200)"]
# A container is stopped with SIGTERM and killed after a grace period: docker stop --time has to exceed FIRSTLINE_DRAIN_S.
CMD ["firstline", "serve"]
