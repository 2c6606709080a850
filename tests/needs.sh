#!/bin/sh
# Looks for what the tests need beside Python: a browser with fonts. Installs it where it may, else says exactly what is missing.
set -u
if [ -x /usr/bin/chromium ] && ls /usr/share/fonts/opentype/noto/NotoSerifCJK* >/dev/null 2>&1; then exit 0; fi
packages="chromium fonts-noto-cjk fonts-noto-color-emoji fonts-urw-base35"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing for the browser tests: $packages"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "The browser tests need: apt-get install $packages" >&2
exit 1
