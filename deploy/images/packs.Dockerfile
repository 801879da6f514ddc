# Fetches models and pictures into /cache, and ends. `make images` builds it; deploy/images/images.toml says with what.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS base
COPY deploy/images/install.sh deploy/images/inventory.py /opt/images/
RUN sh /opt/images/install.sh python
RUN sh /opt/images/install.sh system npm

FROM base AS build
ARG LOCK=deploy/images/packs.lock
COPY ${LOCK} /opt/images/lock
RUN sh /opt/images/install.sh packages /opt/images/lock
RUN /opt/pixelle/bin/python -m ensurepip
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY pixelle pixelle
COPY gateway gateway
COPY svc_script svc_script
COPY svc_tts svc_tts
COPY svc_media svc_media
COPY svc_render svc_render
COPY pixelle_video pixelle_video
COPY api api
RUN sh /opt/images/install.sh code

FROM base
COPY --from=build /opt/pixelle /opt/pixelle
RUN sh /opt/images/install.sh finish
LABEL org.opencontainers.image.title="pixelle-packs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      pixelle.sbom="/opt/pixelle/sbom.cdx.json"
ENV PATH=/opt/pixelle/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    PIXELLE_DATA_DIR=/data PIXELLE_CACHE_DIR=/cache PIXELLE_LOG_FORMAT=json
WORKDIR /data
USER 10001:10001
CMD ["pixelle", "setup"]
