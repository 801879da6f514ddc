#!/bin/sh
# Steps of the Dockerfiles: `base` (a Python where there is none, packages of Debian), `packages` of the lock file,
# our own `code`, and to `finish` a user and an inventory. What is taken out says why; the contract suites run without it.
set -eu
python=/opt/pixelle/bin/python
debian() {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/*.log /var/log/apt
}
pip() {
    /opt/pip/bin/pip --python "$python" "$@" --quiet --disable-pip-version-check
}
trim_packages() {
    # what only those need who develop the packages: tests, what their builds left behind, tools that convert models
    find . -depth -type d \( -name tests -o -path '*/onnx/backend/test' \) -exec rm -rf {} +
    rm -rf lib64 build onnxruntime/transformers onnxruntime/quantization onnxruntime/tools
    # for callers in C; the module for Python has the same inside
    rm -f onnxruntime/capi/libonnxruntime.so.*
    # names of functions for debuggers: four fifths of llama.cpp
    find . -name '*.so' ! -path '*.libs/*' -exec strip --strip-unneeded {} +
    trim_opencv
}
trim_locales() {
    # of a thousand that Babel knows, those of the languages in which numbers and dates are read
    [ -d babel/locale-data ] && [ -d svc_tts ] || return 0
    read="from svc_tts.reading.general import LANGUAGES, rewritten"
    kept=$("$python" -c "$read; print('root', *LANGUAGES)")
    find babel/locale-data -name '*.dat' $(printf ' ! -name %s.dat' $kept) -delete
    "$python" -c "$read; assert all(rewritten('2024-03-05, 5 km, 3 €', each) for each in LANGUAGES)"
}
trim_opencv() {
    # it resizes, turns and mixes. Linear algebra, which nobody asks it for, is left to Debian's small library; video,
    # which neither, to the FFmpeg that PyAV brings where both have the same
    lapack=/usr/lib/$(uname -m)-linux-gnu/liblapack.so.3
    [ -d opencv_python_headless.libs ] && [ -e "$lapack" ] || return 0
    cd opencv_python_headless.libs
    ln -sf "$lapack" "$(ls libopenblasp-*)"
    if [ "$(versions .)" = "$(versions ../av.libs)" ]; then
        for name in $_FFMPEG; do ln -sf "$(ls ../av.libs/lib"$name"-*)" "$(ls lib"$name"-*)"; done
        ln -sf ../av.libs/* .
    fi
    for _ in 1 2 3; do  # what was needed by what has gone
        for lib in *; do
            [ -L "$lib" ] || readelf -d ../cv2/*.so $(find . -type f) | grep -F NEEDED | grep -qF "[$lib]" || rm "$lib"
        done
    done
    cd ..
    LD_BIND_NOW=1 "$python" -c 'import cv2, av'
    LD_BIND_NOW=1 "$python" -c 'import av, cv2'
}
_FFMPEG="avcodec avformat avutil swscale swresample"
versions() {  # of FFmpeg's libraries: names and first numbers
    for name in $_FFMPEG; do ls "$1" | sed -n "s/^lib\\($name\\)-.*\\.so\\.\\([0-9]*\\)\\..*/\\1 \\2/p"; done
}
trim_browser() {
    # drivers of graphics cards with the compiler they bring, keyboards, and what windows show: a browser that draws on
    # the CPU, without a window, opens none of them
    gone=$(dpkg-query -W -f '${Package}\n' 'libllvm*' 'libz3-*' 'libgl1-mesa-dri*' libxml2 'libicu*' xkb-data) || true
    dpkg --purge --force-depends $gone >/dev/null
    cd /usr/lib/chromium
    rm -f libVkLayer* libVkICD_mock* libvk_swiftshader.so resources.pak chrome_*_percent.pak
}
case $1 in
    base)
        shift
        command -v python3 >/dev/null || debian python3
        [ $# = 0 ] || debian "$@"
        [ ! -d /usr/lib/chromium ] || trim_browser
        ;;
    packages)  # each with its hash; the lock file has all that are needed, and less than all that they name.
        # Named here is what the finished image has of Debian that they can share.
        shift
        debian binutils "$@"
        python3 -c 'import ensurepip, venv' 2>/dev/null || debian python3-venv
        # it has no wheel for every Python; what compiles it stays in this stage
        ! grep -q '^pocketsphinx==' /opt/images/lock || debian g++ python3-dev
        python3 -m venv /opt/pip
        python3 -m venv --without-pip /opt/pixelle
        pip install --no-cache-dir --no-deps --require-hashes -r /opt/images/lock
        cd /opt/pixelle/lib/python3*/site-packages
        trim_packages
        ;;
    code)  # what was copied to /src; setuptools, which builds it, is imported by nothing afterwards
        pip install --no-cache-dir --no-deps --no-build-isolation /src
        pip uninstall -y setuptools
        cd /opt/pixelle/lib/python3*/site-packages
        trim_locales
        ;;
    finish)  # a user, folders that may be written, and the list of all that is inside
        useradd --no-create-home --home-dir /tmp --uid 10001 pixelle
        install -d -o pixelle -g pixelle /data /cache /cache/packs
        "$python" /opt/images/inventory.py /opt/pixelle/sbom.cdx.json
        ;;
esac
