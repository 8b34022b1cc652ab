# Runs a program with another root, in a control group of its own, as the machine it runs on would look to it.
# Started by dockerEngine.ts inside a private mount and process namespace.
#
#   sh startInRoot.sh outside ROOT FOLDER BRIDGE COMMAND...
#
# ROOT stays as it is: writes go to memory and are gone at the end. FOLDER is seen at its own path and holds what
# stays; its last part names the control group. BRIDGE is a network bridge, made when it isn't there.
set -eu
stage=$1 root=$2 folder=$3 bridge=$4
shift 4

if [ "$stage" = outside ]; then
  name=$(basename "$folder")
  while read -r _ point type _; do
    case $type in cgroup | cgroup2) ;; *) continue ;; esac
    mkdir -p "$point/$name"
    # A group without processors and memory takes no process.
    for setting in cpuset.cpus cpuset.mems; do
      if [ "$type" = cgroup ] && [ -e "$point/$setting" ]; then cat "$point/$setting" > "$point/$name/$setting"; fi
    done
    echo 0 > "$point/$name/cgroup.procs"
  done < /proc/mounts
  if [ ! -e "/sys/class/net/$bridge" ]; then ip link add "$bridge" type bridge; fi
  # From here on that group is the root of all groups, whatever path a container's group is given.
  exec unshare --cgroup -- sh "$0" inside "$root" "$folder" "$bridge" "$@"
fi

layers=$folder/layers
new=$layers/root
mkdir -p "$layers"
mount -t tmpfs tmpfs "$layers"
mkdir "$layers/upper" "$layers/work" "$new"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$layers/upper,workdir=$layers/work" "$new"
for shared in /proc /sys /dev; do mount --rbind "$shared" "$new$shared"; done
mount -t tmpfs tmpfs "$new/run"
mkdir -p "$new$folder"
mount --bind "$folder" "$new$folder"
cp /etc/resolv.conf /etc/hosts "$new/etc/"

groups=$new/sys/fs/cgroup
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 "$groups"
  # Version 2 gives controllers only to groups below one without processes.
  mkdir -p "$groups/init"
  echo 0 > "$groups/init/cgroup.procs"
else
  mount -t tmpfs tmpfs "$groups"
  while IFS=: read -r _ controllers _; do
    if [ -z "$controllers" ]; then continue; fi
    mkdir "$groups/${controllers#name=}"
    case $controllers in name=*) selected=none,$controllers ;; *) selected=$controllers ;; esac
    mount -t cgroup -o "$selected" cgroup "$groups/${controllers#name=}"
  done < /proc/self/cgroup
fi

cd "$new"
mkdir .old
pivot_root . .old
umount -l /.old
exec "$@"
