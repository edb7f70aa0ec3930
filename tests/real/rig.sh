# What the scripts that build rigs of real programs have in common; sourced by them, after "set -u" and self=.
# A rig lives in one folder; its name gives the prefix of all its network namespaces, so that several do not clash.
# The caller defines stop, which `fail` calls.

say_no() {
    echo "$(basename "$self"): $*" >&2
    exit 1
}

use_folder() { # DIR
    [ -n "${1:-}" ] || say_no "which folder? see the head of $self"
    dir=$(readlink -m "$1")
    prefix=ro$(printf %s "$dir" | md5sum | cut -c1-6)
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
    for _ in $(seq 200); do
        "$@" 2>/dev/null && return 0
        sleep 0.05
    done
    fail "$what did not come up; the last words of its log:" "$(tail -n 5 "$dir"/log/* 2>/dev/null)"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

fail() {
    echo "$(basename "$self"): $*" >&2
    stop >&2
    exit 1
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
    local base port taken
    for base in $(seq 24000 50 31950); do
        taken=
        for port in $(seq $((base + 1)) $((base + 49))); do
            listens "$port" && taken=1 && break
        done
        [ -n "$taken" ] || { echo "$base" && return 0; }
    done
    return 1
}

# A pid file may be older than a pid: only a process that has to do with this lab counts.
alive() { # PIDFILE
    local pid
    pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] && grep -qaE "$dir|$prefix|sleep.infinity" "/proc/$pid/cmdline" 2>/dev/null
}

end() { # PIDFILE...
    local file pid
    for file in "$@"; do
        alive "$file" && kill "$(cat "$file")" 2>/dev/null
    done
    for file in "$@"; do
        pid=$(cat "$file" 2>/dev/null)
        for _ in $(seq 60); do
            alive "$file" || break
            sleep 0.05
        done
        alive "$file" && kill -9 "$pid" 2>/dev/null
        rm -f "$file"
    done
}

# All that is left in a namespace of ours, then the namespace.
end_namespace() { # NAME
    ip netns list 2>/dev/null | grep -qw "$1" || return 0
    local pids
    pids=$(ip netns pids "$1" 2>/dev/null)
    [ -z "$pids" ] || kill -9 $pids 2>/dev/null
    for _ in $(seq 60); do
        [ -z "$(ip netns pids "$1" 2>/dev/null)" ] && break
        sleep 0.05
    done
    ip netns del "$1"
}

# In a namespace of its own ($switch): the bridges' devices do not clash with those of another rig.
start_openvswitch() {
    ip netns add "$switch" || fail "no network namespace can be made"
    ip -n "$switch" link set lo up
    # Else the kernel greets the routers over IPv6 from the switch's end of every cable.
    ip netns exec "$switch" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ovsdb-tool create "$dir/ovs/conf.db" /usr/share/openvswitch/vswitch.ovsschema || fail "no database"
    ovsdb-server "$dir/ovs/conf.db" --remote=punix:"$dir/ovs/db.sock" --pidfile --detach --log-file \
        >>"$dir/log/ovs.log" 2>&1 || fail "ovsdb-server did not start, see $dir/ovs"
    ovs-vsctl --no-wait init
    ip netns exec "$switch" ovs-vswitchd unix:"$dir/ovs/db.sock" --pidfile --detach --log-file \
        >>"$dir/log/ovs.log" 2>&1 || fail "ovs-vswitchd did not start, see $dir/ovs"
}

start_sshd() { # PORT [ADDRESS NAMESPACE]
    local pam=no at=${2:-127.0.0.1} inside=${3:+ip netns exec ${3:-}}
    mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -C "$prefix host" -f "$dir/ssh/host_key"
    ssh-keygen -q -t ed25519 -N '' -C "$prefix user" -f "$dir/ssh/user_key"
    cp "$dir/ssh/user_key.pub" "$dir/ssh/authorized_keys"
    printf '[%s]:%s %s\n' "$at" "$1" "$(cut -d' ' -f1,2 "$dir/ssh/host_key.pub")" >"$dir/known_hosts"
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
    $inside /usr/sbin/sshd -f "$dir/ssh/sshd_config" -E "$dir/log/sshd.log" || fail "sshd did not start, see $dir/log/sshd.log"
    wait_until sshd test -s "$dir/pid/sshd"
}

# What is the same in all rigs: sshd, Open vSwitch, every namespace of our prefix, the folder.
end_rig() {
    local ns
    end "$dir/pid/sshd"
    for ns in $(ip netns list 2>/dev/null | grep -oE "^$prefix-[a-z]+[0-9]+"); do
        end_namespace "$ns"
    done
    end "$dir/ovs/ovs-vswitchd.pid" "$dir/ovs/ovsdb-server.pid"
    end_namespace "$switch"
    ! is_started || rm -rf "$dir"
}
