#!/usr/bin/env bash
# Makes the OCI image and the Debian package twice each, and uses both: the image in a container, the package in a copy of
# this Debian that is thrown away.
exec bash "$(dirname "$0")/../lib/run.sh" packages "packages for systems" \
  adduser ansible-core binutils buildah ca-certificates docker-compose dpkg-dev lintian skopeo
