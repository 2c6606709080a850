#!/bin/sh
# Looks for what the tests need beside Python: a browser with fonts, and Go with the library of its checksum database. Installs
# it where it may, else says exactly what is missing.
set -u
packages=""
if ! [ -x /usr/bin/chromium ] || ! ls /usr/share/fonts/opentype/noto/NotoSerifCJK* >/dev/null 2>&1; then
  packages="chromium fonts-noto-cjk fonts-noto-color-emoji fonts-urw-base35"
fi
if ! command -v go >/dev/null || ! [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]; then
  packages="${packages:+$packages }golang-go golang-golang-x-mod-dev"
fi
if [ -z "$packages" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing for the tests: $packages"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "The tests need: apt-get install $packages" >&2
exit 1
