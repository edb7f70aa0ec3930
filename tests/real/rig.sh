# What the scripts that build rigs of real programs have in common; sourced by them, after "set -u" and self=.
# A rig lives in one folder; its name gives the prefix of all its network namespaces, so that several do not clash.
# The caller defines stop, which `fail` calls.

say_no() {
    echo "${self##*/}: $*" >&2
    exit 1
}

use_folder() { # DIR
    [ -n "${1:-}" ] || say_no "which folder? see the head of $self"
    dir=$(cd -P "$1" 2>/dev/null && pwd) || dir=$(readlink -m "$1")
    { is_started && read -r prefix <"$dir/prefix"; } || prefix=ro$(printf %s "$dir" | md5sum | cut -c1-6)
    switch=$prefix-sw
    export OVS_RUNDIR=$dir/ovs OVS_DBDIR=$dir/ovs OVS_LOGDIR=$dir/ovs
}

claim_folder() {
    [ ! -e "$dir" ] || [ -z "$(ls -A "$dir")" ] || say_no "$dir is not empty; $self stop $dir ends what runs there"
    mkdir -p "$dir"/{ovs,log,pid,tty,ssh} && chmod 755 "$dir" && chmod 700 "$dir/ssh"
    echo "$prefix" >"$dir/prefix"
}

is_started() { [ -e "$dir/prefix" ]; }

# Refuses to touch a folder that is not ours.
check_folder() {
    if [ -e "$dir" ] && ! is_started; then
        [ -z "$(ls -A "$dir")" ] || say_no "$dir was not made by $self; nothing was touched"
    fi
}

wait_until() { # WHAT COMMAND...
    local what=$1
    shift
    for _ in {1..200}; do
        "$@" 2>/dev/null && return 0
        sleep 0.05
    done
    fail "$what did not come up; the last words of its log:" "$(tail -n 5 "$dir"/log/* 2>/dev/null)"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# In a part of in_parallel it only says what is wrong: the whole stops once.
fail() {
    echo "${self##*/}: $*" >&2
    [ "$BASHPID" != $$ ] || stop >&2
    exit 1
}

in_parallel() { # FUNCTION ARGUMENT...: for each argument at the same time
    local function=$1 argument pid bad= pids=()
    shift
    for argument in "$@"; do
        ("$function" "$argument") &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || bad=1; done
    [ -z "$bad" ] || fail "not everything came up, see above"
}

# In the background, in a session of its own, its pid noted for stop. Standard input is the caller's choice.
background() { # NAME COMMAND...
    local name=$1
    shift
    setsid "$@" >>"$dir/log/$name.log" 2>&1 &
    echo $! >"$dir/pid/$name"
}

# The number before the first of 49 free TCP ports in a row.
find_ports() {
    local base port taken try first=$((RANDOM % 160)) # two rigs that begin together must not look at the same ones
    local -A listening=()
    for port in $(ss -ltnH | awk '{ sub(/.*:/, "", $4); print $4 }'); do listening[$port]=1; done
    for try in {0..159}; do
        base=$((24000 + (first + try) % 160 * 50)) taken=
        for ((port = base + 1; port < base + 50; ++port)); do
            [ -z "${listening[$port]:-}" ] || taken=1
        done
        [ -n "$taken" ] || { echo "$base" && return 0; }
    done
    return 1
}

# A pid file may be older than a pid: only a process that has to do with this lab counts.
alive() { # PIDFILE
    local pid words=()
    read -r pid 2>/dev/null <"$1" && [ -n "$pid" ] && mapfile -d '' words 2>/dev/null <"/proc/$pid/cmdline" || return 1
    [[ "${words[*]}" == *"$dir"* || "${words[*]}" == *"$prefix"* || "${words[*]}" == "sleep infinity" ]]
}

end() { # PIDFILE...
    local file pid
    for file in "$@"; do
        alive "$file" && read -r pid <"$file" && kill "$pid" 2>/dev/null
    done
    for file in "$@"; do
        for _ in {1..60}; do
            alive "$file" || break
            sleep 0.05
        done
        alive "$file" && read -r pid <"$file" && kill -9 "$pid" 2>/dev/null
        rm -f "$file"
    done
}

# All that is left in namespaces of ours, then the namespaces.
end_namespaces() { # NAME...
    local ns pids names=()
    for ns in "$@"; do
        [ ! -e "/run/netns/$ns" ] || names+=("$ns")
    done
    for ns in "${names[@]}"; do
        pids=$(ip netns pids "$ns" 2>/dev/null)
        [ -z "$pids" ] || kill -9 $pids 2>/dev/null
    done
    for ns in "${names[@]}"; do
        for _ in {1..60}; do
            [ -n "$(ip netns pids "$ns" 2>/dev/null)" ] || break
            sleep 0.05
        done
        ip netns del "$ns"
    done
}

# In a namespace of its own: the bridges' devices do not clash with those of another rig. Its tools reach it by OVS_RUNDIR.
start_openvswitch() { # [NAMESPACE=$switch] [FOLDER=$dir/ovs]
    local namespace=${1:-$switch} folder=${2:-$dir/ovs}
    export OVS_RUNDIR=$folder OVS_DBDIR=$folder OVS_LOGDIR=$folder
    mkdir -p "$folder"
    [ -e "/run/netns/$namespace" ] || ip netns add "$namespace" || fail "no network namespace can be made"
    ip -n "$namespace" link set lo up
    # Else the kernel greets the routers over IPv6 from the switch's end of every cable.
    ip netns exec "$namespace" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ovsdb-tool create "$folder/conf.db" /usr/share/openvswitch/vswitch.ovsschema || fail "no database"
    ovsdb-server "$folder/conf.db" --remote=punix:"$folder/db.sock" --pidfile --detach --log-file \
        >>"$dir/log/ovs.log" 2>&1 || fail "ovsdb-server did not start, see $folder"
    ovs-vsctl --no-wait init
    start_vswitchd "$namespace" "$folder"
}

start_vswitchd() { # NAMESPACE FOLDER
    OVS_RUNDIR=$2 OVS_DBDIR=$2 OVS_LOGDIR=$2 ip netns exec "$1" ovs-vswitchd unix:"$2/db.sock" --pidfile --detach --log-file \
        >>"$dir/log/ovs.log" 2>&1 || fail "ovs-vswitchd did not start, see $2"
}

# Checksums are left to hardware that is not there; TCP through a userspace switch needs them.
checksums() { # NAMESPACE DEVICE...
    local namespace=$1
    shift
    ip netns exec "$namespace" sh -c 'for device; do ethtool -K "$device" tx off >/dev/null; done' sh "$@"
}

# What plays a device. A namespace has no UTS of its own, and FRR takes its host name from there.
in_device() { # NAME COMMAND...
    local name=$1
    shift
    ip netns exec "$prefix-$name" unshare --uts sh -c 'hostname "$0"; exec "$@"' "$name" "$@"
}

frr_bin=/usr/lib/frr
daemons="zebra staticd ospfd"

# The namespace and its interfaces are there.
start_frr() { # NAME
    local ns=$prefix-$1 daemon
    ip netns exec "$ns" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
        net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
    mkdir -p "/etc/frr/$ns" "/var/run/frr/$ns"
    printf 'frr defaults traditional\nservice integrated-vtysh-config\n' >"/etc/frr/$ns/frr.conf"
    echo 'service integrated-vtysh-config' >"/etc/frr/$ns/vtysh.conf"
    for daemon in $daemons; do : >"/etc/frr/$ns/$daemon.conf"; done
    chown -R frr:frr "/etc/frr/$ns" "/var/run/frr/$ns"
    in_device "$1" sh -c 'for daemon in $0; do "$1/$daemon" -d -N "$2" -A 127.0.0.1 -P 0 || exit 1; done; exec vtysh -N "$2" -b' \
        "$daemons" "$frr_bin" "$ns" >>"$dir/log/frr-$1.log" 2>&1 || fail "FRRouting of $1 did not start, see $dir/log/frr-$1.log"
}

# Which daemons of a router run.
running() { # NAME
    local daemon
    for daemon in $daemons; do
        alive "/var/run/frr/$prefix-$1/$daemon.pid" && printf ' %s' "$daemon"
    done
}

end_frr() {
    end /var/run/frr/"$prefix"-r*/*.pid
    rm -rf /var/run/frr/"$prefix"-r* /etc/frr/"$prefix"-r*
}

# What sits at the console port: vtysh of a router (rN), a shell of any other; for ever, as a real console does not go away.
console() { # NAME
    local shell=(vtysh -N "$prefix-$1")
    [ "${1#r}" != "$1" ] || shell=(env "HOME=$dir" 'PS1=\u@\h:\w# ' bash --norc --noprofile -i)
    trap '' INT QUIT TSTP
    cd "$dir" || exit 1
    while :; do
        in_device "$1" env --default-signal=INT,QUIT,TSTP "${shell[@]}"
        sleep 0.2
    done
}

start_console() { # NAME
    local tty=$dir/tty/$1
    TERM=dumb background "console-$1" socat "PTY,link=$tty,rawer" \
        "EXEC:$self console $dir $1,pty,setsid,ctty,stderr,sane" </dev/null
    wait_until "the console of $1" test -e "$tty"
    # Holds the terminal open: without it socat ends at the first hang-up.
    background "holder-$1" sleep infinity <>"$tty"
}

# Its lines on standard input, each "DEVICE PORT".
start_ser2net() { # NAME ACCEPTER ("tcp" or "telnet(rfc2217),tcp")
    local name=$1 accept=$2 device port ports=()
    printf '%%YAML 1.1\n---\n' >"$dir/$name.yaml"
    while read -r device port; do
        printf 'connection: &%s\n  accepter: %s,127.0.0.1,%s\n  connector: serialdev,%s,9600n81,local\n' \
            "$device" "$accept" "$port" "$dir/tty/$device" >>"$dir/$name.yaml"
        ports+=("$port")
    done
    background "$name" ser2net -n -c "$dir/$name.yaml" </dev/null
    for port in "${ports[@]}"; do wait_until "the converter $name" listens "$port"; done
}

converter() { # NAME stop|start: kills or restarts one of the caller's converters, which start_converter starts
    case "${2:-}" in
    stop)
        alive "$dir/pid/$1" || say_no "$1 is not running"
        kill -9 "$(cat "$dir/pid/$1")"
        ;;
    start)
        ! alive "$dir/pid/$1" || say_no "$1 is running"
        start_converter "$1"
        ;;
    *) say_no "converter DIR NAME stop|start" ;;
    esac
}

# Keys, the configuration, and known_hosts for all ports at which a host of the rig is reached.
configure_sshd() { # ADDRESS PORT...
    local pam=no port at=$1
    shift
    mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -C "$prefix host" -f "$dir/ssh/host_key"
    ssh-keygen -q -t ed25519 -N '' -C "$prefix user" -f "$dir/ssh/user_key"
    cp "$dir/ssh/user_key.pub" "$dir/ssh/authorized_keys"
    for port in "$@"; do
        printf '[%s]:%s %s\n' "$at" "$port" "$(cut -d' ' -f1,2 "$dir/ssh/host_key.pub")" >>"$dir/known_hosts"
    done
    # Without PAM sshd keeps out an account whose password is locked, even with a key.
    ! grep -q '^root:!' /etc/shadow || pam=yes
    cat >"$dir/ssh/sshd_config" <<CONFIG
Port $1
ListenAddress $at
HostKey $dir/ssh/host_key
PidFile $dir/pid/sshd
AuthorizedKeysFile $dir/ssh/authorized_keys
AllowUsers root
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM $pam
StrictModes no
# Not the .bashrc of whoever works on this machine.
SetEnv HOME=$dir/ssh
MaxStartups 100
CONFIG
}

start_sshd() { # PORT [ADDRESS NAMESPACE]
    local inside=${3:+ip netns exec ${3:-}}
    configure_sshd "${2:-127.0.0.1}" "$1"
    $inside /usr/sbin/sshd -f "$dir/ssh/sshd_config" -E "$dir/log/sshd.log" || fail "sshd did not start, see $dir/log/sshd.log"
    wait_until sshd test -s "$dir/pid/sshd"
}

# The sshd of a host that is a namespace: its commands see the network of that namespace only. After configure_sshd.
start_sshd_in() { # NAME PORT
    background "ssh-$1" socat "TCP-LISTEN:$2,bind=127.0.0.1,reuseaddr,fork" \
        "EXEC:ip netns exec $prefix-$1 /usr/sbin/sshd -i -f $dir/ssh/sshd_config -E $dir/log/sshd-$1.log,nofork" </dev/null
    wait_until "ssh to $1" listens "$2"
}

# What is the same in all rigs: sshd, Open vSwitch, every namespace of our prefix, the folder.
end_rig() {
    end "$dir"/pid/sshd "$dir"/pid/ssh-*
    end "$dir"/ovs/ovs-vswitchd.pid "$dir"/ovs/*/ovs-vswitchd.pid "$dir"/ovs/ovsdb-server.pid "$dir"/ovs/*/ovsdb-server.pid
    end_namespaces $(cd /run/netns 2>/dev/null && ls | grep -xE "$prefix-[a-z]+[0-9]+") "$switch"
    ! is_started || rm -rf "$dir"
}
