#!/bin/bash
# Installs fundguard from this folder, without a network:
#   ./install.sh FOLDER [PYTHON]     PYTHON: python3 by default
# FOLDER then holds the product, its settings (conf/) and its environment; a site's own conf/<name>.yaml in it is left alone.
# Exit codes: 2 wrong folder or Python, 6 the bundle is not what was packed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?"install.sh FOLDER [PYTHON]: where to install"}
python=${2:-python3}

platform=$("$python" -c 'import sys, sysconfig; print(f"py{sys.version_info[0]}{sys.version_info[1]}-" + sysconfig.get_platform().replace("-", "_").replace(".", "_"))')
if [ "$platform" != "$(cat "$here/platform")" ]; then
  echo "install.sh: this bundle is for $(cat "$here/platform"), $python is $platform; give another: ./install.sh FOLDER PYTHON" >&2
  exit 2
fi
if ! (cd "$here" && sha256sum --check --strict --quiet SHA256SUMS >&2); then
  echo "install.sh: the bundle is not what was packed; copy it again" >&2
  exit 6
fi
command -v java > /dev/null || echo "install.sh: no java on the path; fundguard needs JDK 17 to run a night" >&2

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cp -R "$here/product/." "$folder/"
mkdir -p "$folder/jars"
cp "$here"/jars/*.jar "$folder/jars/"
rm -rf "$folder/.venv"
"$python" -m venv "$folder/.venv"
# No index, no settings of the machine's pip, nothing but the wheels beside this script.
export PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1
unset PIP_FIND_LINKS PIP_INDEX_URL PIP_EXTRA_INDEX_URL
"$folder/.venv/bin/python" -m pip install --quiet --no-deps "$here"/wheels/*.whl
"$folder/.venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable "$folder"
# `make setup` then finds everything done, so that `make test` and `make demo` run here too.
touch "$folder"/jars/*.jar "$folder/.venv/installed.stamp"
"$folder/.venv/bin/fundguard" --version
echo "installed in $folder; the command is $folder/.venv/bin/fundguard"
