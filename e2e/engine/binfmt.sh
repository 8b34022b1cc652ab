# Registers this image's emulators with the kernel it runs on, with the arguments and the last lines of the image
# tonistiigi/binfmt. Needs to run privileged.
#
#   sh binfmt.sh [--install all|ARCH,... | --uninstall all|NAME,...]
set -eu
misc=/proc/sys/fs/binfmt_misc
emulators=/usr/share/emulators # a line each: ARCH, QEMU's name, platforms, magic, mask

if [ ! -e "$misc/register" ]; then mount -t binfmt_misc binfmt_misc "$misc"; fi

install() { # ARCH
  line=$(grep "^$1 " "$emulators") || { echo "installing: $1 unsupported architecture"; return 0; }
  set -- $line
  if [ -e "$misc/qemu-$2" ]; then
    echo "installing: $1 qemu-$2 already registered"
    return 0
  fi
  # F: the kernel keeps the program open, so that it serves all containers and outlives this one.
  printf '%s' ":qemu-$2:M:0:$4:$5:/usr/bin/qemu-$2:POCF" > "$misc/register"
  echo "installing: $1 OK"
}

uninstall() { # ARCH or NAME
  name=$(awk -v arch="$1" '$1 == arch { print "qemu-" $2 }' "$emulators")
  if [ -z "$name" ]; then name=$1; fi
  if [ ! -e "$misc/$name" ]; then
    echo "uninstalling: $1 not found"
    return 0
  fi
  printf '%s' -1 > "$misc/$name"
  echo "uninstalling: $1 OK"
}

list() { # all or ARCH,...
  if [ "$1" = all ]; then cut -d ' ' -f 1 "$emulators"; else echo "$1" | tr , '\n'; fi
}

while [ $# -gt 0 ]; do
  case $1 in
    -install | --install) for one in $(list "$2"); do install "$one"; done ;;
    -uninstall | --uninstall) for one in $(list "$2"); do uninstall "$one"; done ;;
    *) echo "flag provided but not defined: $1" >&2; exit 2 ;;
  esac
  shift 2
done

{
  cat /usr/share/native
  while read -r _ name platforms _; do
    if [ -e "$misc/qemu-$name" ]; then echo "$platforms" | tr , '\n'; fi
  done < "$emulators"
} | awk '{ printf "%s\"%s\"", separator, $0; separator = "," } END { print "" }' > /tmp/supported
registered=$(cd "$misc" && ls | grep -v -e '^register$' -e '^status$' |
  awk '{ printf "%s\"%s\"", separator, $0; separator = "," } END { print "" }')
echo "{\"supported\":[$(cat /tmp/supported)],\"emulators\":[$registered]}"
