#!/bin/sh
# set_up.sh FOLDER: a small Wagtail site to measure against, in a folder of its own.
# WAGTAIL_BENCH=FOLDER then tells `make bench` where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"

python3 -m venv wv
wv/bin/pip install --quiet 'wagtail==8.0.1' 'django==5.2.19' 'gunicorn==27.0.1'
wv/bin/wagtail start wsite
cd wsite
mkdir -p papers/migrations papers/templates/papers
touch papers/__init__.py papers/migrations/__init__.py
cp "$here/models.py" papers/models.py
cp "$here"/templates/*.html papers/templates/papers/
cp "$here/local.py" wsite/settings/local.py
cp "$here/bench_publish.py" .

export DJANGO_SETTINGS_MODULE=wsite.settings.production
../wv/bin/python manage.py makemigrations --verbosity 0 papers
../wv/bin/python manage.py migrate --verbosity 0
../wv/bin/python manage.py collectstatic --verbosity 0 --no-input
