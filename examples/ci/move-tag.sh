#!/usr/bin/env bash
# The last step of a job that builds an image: the new image bears the tag, and no other does.
# Usage: move-tag.sh TAG IMAGE
set -euo pipefail
tag=${1:?Usage: move-tag.sh TAG IMAGE} image=${2:?Usage: move-tag.sh TAG IMAGE}

# The new image first: at no moment does nobody bear the tag.
imagetags add "$image" "$tag"
new=$(imagetags show "$image" -o value -c id)

imagetags list --tag "$tag" -o value -c id | while read -r id; do
  [ "$id" = "$new" ] || imagetags remove "$id" "$tag"
done
