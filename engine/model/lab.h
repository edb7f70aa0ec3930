// The lab: sites, converters, switches, cross-connects, devices and the cabling between them, as plain values.
// Vectors keep the order of the file. References between objects are indices into these vectors (strong types below),
// so a lab can be copied, compared and walked without a map. Made by `read_lab` (reader.h), which guarantees that every
// index is valid, every name is unique in its kind, and every rule of docs/labs.md holds.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/base/error.h"
#include "engine/base/secret.h"
#include "engine/model/converter_model.h"
#include "engine/model/traffic.h"
#include "engine/runtime/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rollover::model {

/// An index into one of the vectors of `lab`; the tag keeps kinds apart.
template <class Tag>
struct index {
    std::uint32_t value = 0;
    bool operator==(const index&) const = default;
    auto operator<=>(const index&) const = default;
};

using site_index = index<struct site_tag>;
using converter_index = index<struct converter_tag>;
using switch_index = index<struct switch_tag>;
using cross_connect_index = index<struct cross_connect_tag>;
using interlink_index = index<struct interlink_tag>;
using device_index = index<struct device_tag>;
using credentials_index = index<struct credentials_tag>;

/// How to log in somewhere. Secrets are references (rule 9).
struct credentials {
    std::string name;
    std::string user;  ///< may be empty: a password alone
    std::optional<secret_reference> password;
    std::optional<secret_reference> enable;  ///< the second password of platforms that have one (IOS `enable`)
    std::string key;                         ///< path of an SSH private key; empty: none
    source_place place;
    bool agent = false;  ///< keys of the SSH agent are tried too
};

struct site {
    std::string name;
    source_place place;
};

/// One serial port of a converter.
struct converter_line {
    std::string number;      ///< as the operator counts it; unique within the converter
    std::uint16_t port = 0;  ///< TCP port; 0 for tty
    std::string path;        ///< device file of a tty line
    std::string user;        ///< ssh: the login that selects this line, when it differs from the credentials' user
    source_place place;
};

struct converter {
    std::string name;
    site_index site;
    line_protocol protocol = line_protocol::raw;
    std::string host;                        ///< empty for tty
    bool menu = false;                       ///< lines are chosen by answering the model's questions, on one port
    std::optional<credentials_index> login;  ///< ssh, and for the questions of a menu
    std::string known_hosts;                 ///< ssh only: path of the file that the host key is checked against
    bool old_ssh = false;            ///< ssh only: key exchanges and ciphers that are too weak today are allowed
    converter_model model;           ///< what is known of its kind
    duration busy_wait{};            ///< how long a line that somebody else holds is waited for
    std::uint32_t most_devices = 0;  ///< of one topology that may have their consoles on it; 0: any number
    std::uint32_t connections = 0;   ///< that may be open at once; 0: any number
    std::vector<converter_line> lines;
    source_place place;
};

/// One line of one converter.
struct line_reference {
    converter_index converter;
    std::uint32_t line = 0;  ///< index into converter::lines
    bool operator==(const line_reference&) const = default;
    auto operator<=>(const line_reference&) const = default;
};

/// A switch port that is a trunk to a cross-connect. Never changes.
struct trunk {
    std::string port;
    cross_connect_index cross_connect;
    std::string cross_connect_port;  ///< the port of the cross-connect's bridge where this trunk arrives, e.g. "eth1"
    source_place place;
    std::uint32_t capacity = 0;  ///< Mbit/s that the links of one topology may load it with; 0: not limited
};

enum class pacing_mode { timed, acked, echoed };

/// Where the console of a device or a switch is, and how fast it may be typed at.
struct console {
    line_reference line;
    std::uint32_t baud = 9600;    ///< bit/s, for the time estimate and for RFC 2217
    std::uint32_t fast_baud = 0;  ///< bit/s that it may be raised to for a long configuration; more than `baud`. 0: no
    std::uint8_t data_bits = 8;
    char parity = 'n';  ///< n, o, e
    std::uint8_t stop_bits = 1;
    duration char_delay = std::chrono::milliseconds(10);  ///< promised gap after every character
    duration line_delay = std::chrono::milliseconds(50);  ///< promised gap after a line end instead
    pacing_mode pacing = pacing_mode::timed;
    std::uint32_t fifo = 0;  ///< see console::pacing; 0: not given
    std::optional<credentials_index> login;
    source_place place;
};

struct lab_switch {
    std::string name;
    site_index site;
    std::string platform;
    std::vector<trunk> trunks;  ///< at least one
    traffic_set passes = traffic_set::all();
    // How it is read (`rollover lab audit`): over its console, or by SSH, or on this host (Open vSwitch).
    std::optional<model::console> console;
    std::string host;  ///< by SSH; empty: not by SSH
    std::uint16_t port = 22;
    std::optional<credentials_index> login;  ///< with `host`
    std::string known_hosts;
    bool old_ssh = false;     ///< key exchanges and ciphers that are too weak today are allowed
    std::string ovs_run_dir;  ///< OVS_RUNDIR of an Open vSwitch that is not the system's; empty: the system's
    source_place place;
};

enum class cross_connect_kind {
    openvswitch,   ///< rules of an own cookie on one bridge
    linux_bridge,  ///< a bridge of the kernel for each join
};

struct cross_connect {
    std::string name;
    site_index site;
    cross_connect_kind kind = cross_connect_kind::openvswitch;
    std::string host;  ///< empty: on the engine's own host, commands run locally
    std::uint16_t port = 22;
    std::string bridge;  ///< openvswitch: the bridge; linux_bridge: how the names of its bridges begin, 1..6 characters
    std::optional<credentials_index> login;
    std::string known_hosts;
    traffic_set passes = traffic_set::all();  ///< with `traffic::shaped` where the host has netem
    std::string ovs_run_dir;        ///< OVS_RUNDIR of an Open vSwitch that is not the system's; empty: the system's
    std::uint32_t connections = 0;  ///< that may be open at once; 0: any number
    source_place place;
};

struct interlink_end {
    cross_connect_index cross_connect;
    std::string address;  ///< IP address of the tunnels' end there
};

/// A way between two cross-connects, for links with ends on both: a VXLAN tunnel (RFC 7348) for each of them.
struct interlink {
    std::string name;
    std::array<interlink_end, 2> ends;  ///< of different cross-connects, addresses of one family
    std::uint32_t capacity = 0;         ///< Mbit/s that the links of one topology may load it with; 0: not limited
    std::uint32_t mtu = 1600;           ///< bytes of the IP packets that pass between the addresses
    std::uint32_t vni = 0;      ///< its links have network identifiers from this one on, `vnis_of_interlink` of them
    std::uint16_t port = 4789;  ///< UDP
    traffic_set passes = traffic_set::all();
    source_place place;
};

/// A link is numbered by the VLAN of one of its ends, on either of two cross-connects.
inline constexpr std::uint32_t vnis_of_interlink = 8192;
/// What a tunnel adds to the MTU of what it carries: outer IPv6, UDP, VXLAN, inner Ethernet, two tags of the users.
inline constexpr std::uint32_t tunnel_overhead = 40 + 8 + 8 + 14 + 8;

enum class interface_type { ethernet, serial };

/// The fixed place of an interface on a lab switch: a port that is in `vlan` for ever.
struct switch_port {
    switch_index where;
    std::string port;
    std::uint16_t vlan = 0;  ///< 1..4094; unique per cross-connect that the switch's trunks reach
};

/// Flow control between a converter line and the device behind it.
enum class flow_control { none, xon_xoff, hardware };

/// Where a serial interface is cabled to a converter, for patches: how the line is to be set.
struct serial_port {
    line_reference line;
    std::uint32_t baud = 9600;  ///< bit/s; set where the converter's protocol can (RFC 2217, tty)
    std::uint8_t data_bits = 8;
    char parity = 'n';  ///< n, o, e
    std::uint8_t stop_bits = 1;
    flow_control flow = flow_control::none;
    bool modem_signals = true;  ///< the cable has DTR, DSR, RTS and CTS: a patch carries them
    source_place place;
};

struct interface {
    std::string name;  ///< as the device spells it, e.g. "FastEthernet0/0"
    interface_type type = interface_type::ethernet;
    std::uint32_t speed = 0;          ///< Mbit/s; 0: not given
    std::optional<switch_port> port;  ///< where it is cabled to a switch
    std::optional<serial_port> line;  ///< serial: where it is cabled to a converter
    source_place place;
};

/// How much of something a device has: "memory-gb", 16.
struct capacity {
    std::string name;
    std::uint32_t amount = 0;
    bool operator==(const capacity&) const = default;
};

struct device {
    std::string name;
    site_index site;
    std::string platform;
    std::string model;          ///< a pin too, see platform::same_model; may be empty
    std::string serial_number;  ///< the pin: no device that says another one is typed at; may be empty
    model::console console;
    std::vector<std::string> features;  ///< sorted, unique
    std::vector<capacity> capacities;   ///< sorted by name, unique
    std::vector<model::interface> interfaces;
    std::string outlet;    ///< what the power-cycle hook needs to find its power ("pdu1/7"); may be empty
    bool recover = false;  ///< a way back may have it switched off and on when it lets nobody in
    source_place place;
};

/// One interface of one device.
struct interface_reference {
    device_index device;
    std::uint32_t interface = 0;  ///< index into device::interfaces
    bool operator==(const interface_reference&) const = default;
    auto operator<=>(const interface_reference&) const = default;
};

/// A fixed direct cable (exactly 2 ends), or a fixed LAN shared by its ends (2 or more).
struct fixed_medium {
    std::string name;
    std::vector<interface_reference> ends;
    source_place place;
    traffic_set passes = traffic_set::all();  ///< a wire passes everything
};

/// A program of the operator that runs around activations.
struct hook {
    /// `line_busy`: when a console line is held by somebody else, before it is waited for. `power_cycle`: when a device
    /// has to start anew.
    enum class moment {
        before_activation,
        after_activation,
        before_deactivation,
        after_deactivation,
        line_busy,
        power_cycle
    };
    moment when = moment::before_activation;
    std::vector<std::string> command;  ///< argv; no shell
    duration limit = std::chrono::seconds(30);
    source_place place;
};

/// What no author may type, by the operator of the lab. One of `command` and `pattern` is empty.
struct forbidden_command {
    std::string platform;  ///< empty: on every platform
    std::string command;   ///< in the words of the device, each may be abbreviated
    std::string pattern;   ///< RE2, searched for in a line
    std::string because;
    source_place place;
};

struct lab {
    std::string name;
    std::string file;       ///< path that it was read from
    std::string time_zone;  ///< in which its calendar is shown, by IANA's name; empty: UTC
    std::vector<model::site> sites;
    std::vector<model::credentials> credentials;
    std::vector<model::converter> converters;
    std::vector<model::lab_switch> switches;
    std::vector<model::cross_connect> cross_connects;
    std::vector<model::interlink> interlinks;  ///< at most one between two cross-connects
    std::vector<model::device> devices;
    std::vector<fixed_medium> wires;
    std::vector<fixed_medium> segments;
    std::vector<model::hook> hooks;
    std::vector<forbidden_command> forbidden;

    [[nodiscard]] const model::site& at(site_index i) const { return sites[i.value]; }
    [[nodiscard]] const model::credentials& at(credentials_index i) const { return credentials[i.value]; }
    [[nodiscard]] const model::converter& at(converter_index i) const { return converters[i.value]; }
    [[nodiscard]] const model::lab_switch& at(switch_index i) const { return switches[i.value]; }
    [[nodiscard]] const model::cross_connect& at(cross_connect_index i) const { return cross_connects[i.value]; }
    [[nodiscard]] const model::interlink& at(interlink_index i) const { return interlinks[i.value]; }
    [[nodiscard]] const model::device& at(device_index i) const { return devices[i.value]; }
    [[nodiscard]] const model::interface& at(interface_reference r) const {
        return devices[r.device.value].interfaces[r.interface];
    }
    [[nodiscard]] const model::converter_line& at(line_reference r) const {
        return converters[r.converter.value].lines[r.line];
    }
};

/// "cs1/1", as the XML and the messages write a line.
[[nodiscard]] std::string name_of(const lab& l, line_reference r);
/// "r1 FastEthernet0/0".
[[nodiscard]] std::string name_of(const lab& l, interface_reference r);

/// How an ethernet interface reaches a cross-connect: by a trunk of its switch that goes there, or by one that goes to
/// another cross-connect and the interlink between the two.
struct way {
    const trunk* over = nullptr;            ///< of the interface's switch; lives as long as the lab
    std::optional<interlink_index> across;  ///< nothing: the trunk goes straight there
    bool operator==(const way&) const = default;
};
/// The way of `from` to `to`; nothing when there is none. Straight before across; then the first trunk in the file.
[[nodiscard]] std::optional<way> way_to(const lab& l, interface_reference from, cross_connect_index to);
/// The interlink between two cross-connects.
[[nodiscard]] std::optional<interlink_index> interlink_between(const lab& l, cross_connect_index a,
                                                               cross_connect_index b);

[[nodiscard]] std::optional<device_index> find_device(const lab& l, std::string_view name);
/// Says that the lab has no such device, and which may be meant; nothing when it has.
[[nodiscard]] std::optional<failure> unknown_device(const lab& l, std::string_view name);
[[nodiscard]] std::string_view name_of(line_protocol p) noexcept;
[[nodiscard]] std::string_view name_of(pacing_mode m) noexcept;
[[nodiscard]] std::string_view name_of(interface_type t) noexcept;
[[nodiscard]] std::string_view name_of(flow_control f) noexcept;

}  // namespace rollover::model
