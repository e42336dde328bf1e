#!/bin/bash
# One archive with wheels, jars and the product, which installs where no registry is reached.
#   tools/bundle/build.sh PYTHON OUT     OUT/fundguard-<version>-<python>-<platform>.tar
# Needs the registry once; wheels are kept in OUT/wheels until requirements.lock changes. Runs on the same Python and platform
# as the machine that it is for.
set -euo pipefail

python=$1
out=$2
uv_version=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"

platform=$("$python" -c 'import sys, sysconfig; print(f"py{sys.version_info[0]}{sys.version_info[1]}-" + sysconfig.get_platform().replace("-", "_").replace(".", "_"))')
name=fundguard-$("$python" -c 'from importlib.metadata import version; print(version("fundguard"))')-$platform
wheels=$out/wheels
mkdir -p "$wheels"

# pyspark comes as a source archive: its wheel is built here, so its hash is not the lock's. What lies in the bundle is checked by
# SHA256SUMS; what came from the registry was checked by the lock.
if ! cmp --silent requirements.lock "$wheels/requirements.lock"; then
  rm -f "$wheels"/*.whl
  "$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock -w "$wheels"
  "$python" -m pip wheel --quiet --disable-pip-version-check --no-deps "uv==$uv_version" -w "$wheels"
  cp requirements.lock "$wheels/requirements.lock"
fi

bundle=$out/$name
rm -rf "$bundle" "$bundle.tar"
mkdir -p "$bundle/wheels" "$bundle/jars" "$bundle/product"
cp --link "$wheels"/*.whl "$bundle/wheels/"
cp jars/*.jar "$bundle/jars/"
git ls-files -z | tar --create --null --files-from=- | tar --extract --directory "$bundle/product"
cp tools/bundle/install.sh "$bundle/install.sh"
echo "$platform" > "$bundle/platform"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS)
# Wheels and jars are compressed already.
tar --create --file "$bundle.tar.partial" --directory "$out" --owner=0 --group=0 --sort=name "$name"
mv "$bundle.tar.partial" "$bundle.tar"
rm -rf "$bundle"
echo "$bundle.tar"
