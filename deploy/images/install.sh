#!/bin/sh
# Steps of the Dockerfiles: a Python where the base has none, packages of a lock file, our own code, an inventory.
set -eu
debian() {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/*.log /var/log/apt
}
# what only those need who develop the packages: their tests, debug symbols, tools that convert models
trim() {
    find "$1" -depth -type d \( -name tests -o -path '*/onnx/backend/test' \) -exec rm -rf {} +
    rm -rf "$1"/onnxruntime/transformers "$1"/onnxruntime/quantization "$1"/onnxruntime/tools
    if [ -d "$1/av" ]; then
        debian binutils
        find "$1/av" -name '*.so' -exec strip --strip-unneeded {} +
    fi
}
case $1 in
    python) command -v python3 >/dev/null || debian python3 ;;
    system) shift; debian "$@" ;;
    browser)  # drivers of graphics cards come along, which a browser that draws on the CPU never opens
        shift
        debian "$@"
        rm -rf /usr/lib/*/libLLVM* /usr/lib/*/libz3.so* /usr/lib/*/dri /usr/lib/chromium/libVkLayer*
        ;;
    packages)  # the lock file's, each with its hash, into /opt/pixelle
        python3 -c 'import ensurepip, venv' 2>/dev/null || debian python3-venv
        python3 -m venv /opt/pip
        python3 -m venv --without-pip /opt/pixelle
        /opt/pip/bin/pip --python /opt/pixelle/bin/python install --quiet --no-cache-dir --disable-pip-version-check \
            --require-hashes -r "$2"
        trim /opt/pixelle/lib/python3*/site-packages
        ;;
    code)  # what was copied here, and nothing it depends on
        /opt/pip/bin/pip --python /opt/pixelle/bin/python install --quiet --no-cache-dir --disable-pip-version-check \
            --no-deps --no-build-isolation .
        ;;
    finish)  # a user, folders that may be written, and the list of all that is inside
        useradd --no-create-home --home-dir /tmp --uid 10001 pixelle
        install -d -o pixelle -g pixelle /data /cache /cache/packs
        /opt/pixelle/bin/python "$(dirname "$0")/inventory.py" /opt/pixelle/sbom.cdx.json
        ;;
esac
