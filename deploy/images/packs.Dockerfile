# Fetches models and pictures into /cache, and ends; also what the runbook is done with: `pixelle`, psql, pg_dump, curl.
# `make images` builds it; deploy/images/images.toml says with what. Its base has a pg_dump of version 17: it has to be the
# server's or newer.
ARG BASE=python:3.11-slim-trixie

FROM ${BASE} AS build
COPY deploy/images/install.sh /opt/images/
ARG LOCK=deploy/images/packs.lock
COPY ${LOCK} /opt/images/lock
RUN sh /opt/images/install.sh packages
RUN /opt/pixelle/bin/python -m ensurepip
COPY pyproject.toml README.md LICENSE NOTICE /src/
COPY pixelle /src/pixelle
COPY gateway /src/gateway
COPY svc_script /src/svc_script
COPY svc_tts /src/svc_tts
COPY svc_media /src/svc_media
COPY svc_render /src/svc_render
COPY pixelle_video /src/pixelle_video
COPY api /src/api
RUN sh /opt/images/install.sh code

FROM ${BASE}
COPY deploy/images/install.sh deploy/images/inventory.py /opt/images/
RUN sh /opt/images/install.sh base npm postgresql-client curl
COPY --from=build /opt/pixelle /opt/pixelle
RUN sh /opt/images/install.sh finish
LABEL org.opencontainers.image.title="pixelle-packs" org.opencontainers.image.licenses="Apache-2.0" \
      pixelle.sbom="/opt/pixelle/sbom.cdx.json"
ENV PATH=/opt/pixelle/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    PIXELLE_DATA_DIR=/data PIXELLE_CACHE_DIR=/cache PIXELLE_LOG_FORMAT=json
WORKDIR /data
USER 10001:10001
CMD ["pixelle", "setup"]
