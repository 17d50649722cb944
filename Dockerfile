# The portal, for each of its programs: gunicorn (by default), `manage.py deliver`, `manage.py tidy`, `manage.py migrate`.
# It runs as user 10001, and writes to /tmp alone.
#
#     docker build --tag securebox-portal:1.0.0 .
#
# In your pipeline, name the base by its digest, from a registry that you trust:
#
#     docker build --build-arg BASE=registry.example.com/python:3.13-slim-bookworm@sha256:... ...
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements/base.txt /tmp/requirements.txt
# Wheels alone, each with its hash: nothing is compiled, and no code of a package runs while it is installed.
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r /tmp/requirements.txt \
    && /opt/venv/bin/python -m pip uninstall --quiet --yes pip
WORKDIR /opt/portal
COPY . .
# The key signs nothing: collecting files only needs one to be there.
RUN SECRET_KEY=not-used-after-this-step STATIC_ROOT=/opt/static /opt/venv/bin/python manage.py collectstatic --no-input \
    && /opt/venv/bin/python -m compileall -q -j 0 /opt/venv /opt/portal

FROM ${BASE}
LABEL org.opencontainers.image.title="Securebox Portal" \
      org.opencontainers.image.description="A consumer's portal for the Genesys Secure Email API"
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    # A volume that is mounted there for the first time takes over its owner: see compose.yaml.
    && install --directory --owner=portal --group=portal /srv/portal
COPY --from=build /opt /opt
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENV_FILE="" \
    STATIC_ROOT=/opt/static
WORKDIR /opt/portal
USER 10001:10001
EXPOSE 8000
# Of the pages only: other programs have none, and switch it off or bring their own.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# Gunicorn finishes what is under way for up to 25 seconds: `docker stop --time 30`.
STOPSIGNAL SIGTERM
CMD ["gunicorn", "--config", "python:portal.gunicorn.config", "--bind", "0.0.0.0:8000", "portal.wsgi"]
