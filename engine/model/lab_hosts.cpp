// Converters, cross-connects and switches of a lab.
#include "engine/model/lab_reader.h"

#include <array>
#include <fmt/format.h>
#include <utility>

namespace rollover::model {

namespace {

constexpr std::uint32_t largest_port = 65535;
constexpr std::uint32_t ssh_port = 22;
constexpr std::uint32_t telnet_port = 23;
constexpr std::size_t most_trunks = 16;                   ///< of one switch
constexpr auto nowhere = static_cast<std::uint32_t>(-1);  ///< a reference that was reported: no such lab is given out

constexpr std::array<word<line_protocol>, 5> protocols{{{"raw", line_protocol::raw},
                                                        {"telnet", line_protocol::telnet},
                                                        {"rfc2217", line_protocol::rfc2217},
                                                        {"ssh", line_protocol::ssh},
                                                        {"tty", line_protocol::tty}}};

/// An attribute that has no meaning next to another one.
void out_of_place(element& e, std::string_view attribute, std::string_view where) {
    if (e.has(attribute)) {
        e.wrong(attribute, fmt::format("{} means nothing {}", in_quotes(attribute), where), "remove it");
    }
}

void needed(element& e, std::string_view attribute, std::string_view where) {
    if (!e.has(attribute)) {
        e.wrong(fmt::format("<{}> has no attribute {}", e.tag(), in_quotes(attribute)),
                fmt::format("{} needs it", where));
    }
}

}  // namespace

void lab_reader::converter_access(element& e, converter& c) {
    c.host = e.optional("host", rules::host);
    c.login = login_of(e);
    c.known_hosts = path_of(e, "known-hosts", rules::path);
    if (c.protocol == line_protocol::tty) {
        out_of_place(e, "host", "for protocol tty");
    } else {
        needed(e, "host", "a converter on the network");
    }
    if (c.protocol == line_protocol::ssh) {
        needed(e, "login", "protocol ssh");
        needed(e, "known-hosts", "protocol ssh");
    } else {
        if (!c.menu) {
            out_of_place(e, "login", "but for protocol ssh, or with menu=\"true\"");
        }
        out_of_place(e, "known-hosts", "but for protocol ssh");
    }
}

/// The model, and what may be said of any converter beside it.
void lab_reader::converter_kind(element& e, converter& c) {
    c.busy_wait = e.time("busy-wait", duration::zero(), std::chrono::hours(24), std::chrono::seconds(20));
    c.old_ssh = e.flag("old-ssh", false);
    if (c.protocol != line_protocol::ssh) {
        out_of_place(e, "old-ssh", "but for protocol ssh");
    }
    c.menu = e.flag("menu", false);
    if (c.protocol == line_protocol::tty) {
        out_of_place(e, "menu", "for protocol tty");
    }
    c.most_devices = e.number("most-devices", 1, 65535, 0);
    c.connections = e.number("connections", 1, 65535, 0);
    if (c.protocol == line_protocol::tty) {
        out_of_place(e, "connections", "for protocol tty");
    }
    const auto name = e.optional("model", rules::name);
    if (name.empty()) {
        if (c.menu) {
            needed(e, "model", "menu=\"true\"");
        }
        return;
    }
    if (const auto found = known_models_.find(name); found != known_models_.end()) {
        c.model = found->second;
        if (c.menu && c.model.menu.empty()) {
            e.wrong("menu", fmt::format("converter model {} has no menu", in_quotes(name)),
                    "add its <menu> questions to the model's file");
        }
        return;
    }
    std::vector<std::string> names;
    for (const auto& [one, unused] : known_models_) {
        names.push_back(one);
    }
    e.wrong(
        "model", fmt::format("there is no converter model {}", in_quotes(name)),
        e.out().nearest(name, names,
                        names.empty() ? "no models were read" : fmt::format("known are: {}", fmt::join(names, ", "))));
}

/// As given, or by the model's formula: base and number of the line.
std::uint16_t lab_reader::port_of(element& e, const converter& c, std::string_view number) {
    const bool ssh = c.protocol == line_protocol::ssh;
    const bool telnet = c.protocol == line_protocol::telnet || c.protocol == line_protocol::rfc2217;
    std::uint32_t otherwise = ssh ? ssh_port : c.menu && telnet ? telnet_port : 0;
    const auto base = c.model.port_bases.find(c.protocol);
    const auto counted = parse_number(number);
    const bool by_formula = base != c.model.port_bases.end() && counted && *counted <= largest_port - base->second;
    const bool on_one_port = c.menu || (ssh && e.has("user"));  // lines are told apart by what is said there
    if (by_formula && !on_one_port) {
        otherwise = base->second + *counted;
    }
    return static_cast<std::uint16_t>(e.number("port", 1, largest_port, otherwise));
}

void lab_reader::read_converter(element& e, site_index where) {
    converter c;
    c.site = where;
    const auto name = e.required("name", rules::name);
    converters_.add(e, name, static_cast<std::uint32_t>(lab_.converters.size()));
    c.name = name;
    c.protocol = e.choice<line_protocol>("protocol", protocols);
    c.place = e.place();
    converter_kind(e, c);
    converter_access(e, c);
    lines_.emplace_back("line", fmt::format(" on converter {}", name));
    for (const pugi::xml_node child : e.children("line")) {
        element line(reading_, child);
        read_line(line, c);
    }
    if (c.lines.empty()) {
        e.wrong("<converter> has no <line>", "add <line number=\"1\" .../> for each serial port");
    }
    e.finish({"line"});
    lab_.converters.push_back(std::move(c));
}

void lab_reader::read_line(element& e, converter& c) {
    converter_line line;
    line.place = e.place();
    const auto number = e.required("number", rules::line_number);
    lines_.back().add(e, number, static_cast<std::uint32_t>(c.lines.size()), "number");
    line.number = number;
    const bool ssh = c.protocol == line_protocol::ssh;
    const bool tty = c.protocol == line_protocol::tty;
    line.port = port_of(e, c, number);
    line.path = e.optional("path", rules::absolute_path);
    line.user = e.optional("user", rules::user);
    if (tty) {
        needed(e, "path", "a line of protocol tty");
        out_of_place(e, "port", "for protocol tty");
        if (!line.path.empty()) {
            used_.take(e, "path", "device file " + line.path);
        }
    } else {
        if (line.port == 0) {
            needed(e, "port",
                   c.model.name.empty() ? "a line on the network" : "a line whose port the model does not know");
        }
        out_of_place(e, "path", "but for protocol tty");
        if (line.port != 0 && !c.host.empty() && !c.menu) {
            take_port(e, c, line);
        }
    }
    if (!ssh) {
        out_of_place(e, "user", "but for protocol ssh");
    }
    e.finish();
    c.lines.push_back(std::move(line));
}

/// Two lines behind one port of one host, with one login name, would be one line.
void lab_reader::take_port(element& line, const converter& c, const converter_line& l) {
    const auto words = [&] {
        return fmt::format("port {} of {}{}{}", l.port, c.host, l.user.empty() ? "" : " as ", l.user);
    };
    if (!l.user.empty()) {
        used_.take(line, "port", words());
        return;
    }
    const auto host = hosts_.try_emplace(c.host, static_cast<std::uint32_t>(hosts_.size())).first->second;
    used_ports_.take(line, "port", pair_key(host, l.port), words);
}

void lab_reader::read_cross_connect(element& e, site_index where) {
    static constexpr std::array<word<cross_connect_kind>, 2> kinds{
        {{"openvswitch", cross_connect_kind::openvswitch}, {"linux-bridge", cross_connect_kind::linux_bridge}}};
    constexpr std::size_t longest_beginning = 6;  // 15 characters, less a hyphen and 8 digits
    cross_connect x;
    x.site = where;
    x.place = e.place();
    const auto name = e.required("name", rules::name);
    cross_connects_.add(e, name, static_cast<std::uint32_t>(lab_.cross_connects.size()));
    x.name = name;
    x.kind = e.choice<cross_connect_kind>("kind", kinds);
    x.host = e.optional("host", rules::host);
    x.port = static_cast<std::uint16_t>(e.number("port", 1, largest_port, ssh_port));
    x.bridge = e.required("bridge", rules::bridge);
    x.login = login_of(e);
    x.known_hosts = path_of(e, "known-hosts", rules::path);
    x.ovs_run_dir = e.optional("ovs-run-dir", rules::absolute_path);
    x.connections = e.number("connections", 1, 65535, 0);
    x.passes = passes_of(e);
    if (e.flag("netem", false)) {
        x.passes.add(traffic::shaped);
    }
    if (x.kind == cross_connect_kind::linux_bridge) {
        out_of_place(e, "ovs-run-dir", "for kind linux-bridge");
        if (x.bridge.size() > longest_beginning) {
            e.wrong("bridge", fmt::format("{} is {} characters long", in_quotes(x.bridge), x.bridge.size()),
                    "for kind linux-bridge it is how the names of its bridges begin: at most 6 characters");
        }
    }
    if (e.has("host")) {
        needed(e, "login", "a cross-connect on another host (reached by SSH)");
        needed(e, "known-hosts", "a cross-connect on another host (reached by SSH)");
    } else {
        for (const auto* const attribute : {"port", "login", "known-hosts"}) {
            out_of_place(e, attribute, "without a host: the commands run on this one");
        }
    }
    if (!x.bridge.empty()) {
        used_.take(e, "bridge",
                   fmt::format("bridge {} of {}{}", x.bridge, x.host.empty() ? "this host" : x.host,
                               x.host.empty() ? x.ovs_run_dir : fmt::format(":{}{}", x.port, x.ovs_run_dir)));
    }
    e.finish();
    lab_.cross_connects.push_back(std::move(x));
}

/// How it is read: by its console, by SSH, or on this host; nothing of it is needed.
void lab_reader::switch_access(element& e, lab_switch& s) {
    const bool by_tools = s.platform == "openvswitch";
    s.host = e.optional("host", rules::host);
    s.port = static_cast<std::uint16_t>(e.number("port", 1, largest_port, ssh_port));
    s.login = login_of(e);
    s.known_hosts = path_of(e, "known-hosts", rules::path);
    s.old_ssh = e.flag("old-ssh", false);
    s.ovs_run_dir = e.optional("ovs-run-dir", rules::absolute_path);
    if (e.has("host")) {
        needed(e, "login", "a switch that is read by SSH");
        needed(e, "known-hosts", "a switch that is read by SSH");
        needed(e, "platform", "a switch that is read by SSH");
    } else {
        for (const auto* const attribute : {"port", "login", "known-hosts", "old-ssh"}) {
            out_of_place(e, attribute, "without a host");
        }
    }
    if (by_tools) {
        out_of_place(e, "old-ssh", "for platform openvswitch");
    } else {
        out_of_place(e, "ovs-run-dir", "but for platform openvswitch");
    }
    for (const pugi::xml_node child : e.children("console")) {
        element c(reading_, child);
        if (s.console) {
            c.wrong(fmt::format("a second <console> of switch {}", in_quotes(s.name)), "a switch has one; remove this");
        }
        if (by_tools) {
            c.wrong("a switch of platform openvswitch is read by its tools, not by a console",
                    "remove it; give host, login and known-hosts where it is another host than this one");
        } else if (e.has("host")) {
            c.wrong(fmt::format("switch {} has both a host and a <console>", in_quotes(s.name)),
                    "it is read by one of them; remove the other");
        }
        s.console = read_console(c, s.site);
    }
    if (s.console) {
        needed(e, "platform", "a switch that is read by its console");
    }
}

void lab_reader::read_switch(element& e, site_index where) {
    lab_switch s;
    s.site = where;
    s.place = e.place();
    const auto name = e.required("name", rules::name);
    switches_.add(e, name, static_cast<std::uint32_t>(lab_.switches.size()));
    s.name = name;
    s.platform = e.optional("platform", rules::name);
    s.passes = passes_of(e);
    s.passes.add(traffic::shaped);  // that is not for switches to say
    switch_access(e, s);
    used_switch_ports_.emplace_back();
    std::size_t trunks = 0;
    for (const pugi::xml_node child : e.children("trunk")) {
        element trunk(reading_, child);
        auto read = read_trunk(trunk, s);
        if (++trunks <= most_trunks) {
            s.trunks.push_back(std::move(read));
        }
    }
    if (trunks > most_trunks) {
        e.wrong(fmt::format("<switch> has {} <trunk>", trunks), fmt::format("at most {}", most_trunks));
    }
    if (s.trunks.empty()) {
        e.wrong("<switch> has no <trunk>", "add <trunk port=\"...\" cross-connect=\"...\"/>");
    }
    e.finish({"console", "trunk"});
    lab_.switches.push_back(std::move(s));
}

trunk lab_reader::read_trunk(element& e, const lab_switch& s) {
    trunk t;
    t.place = e.place();
    t.port = e.required("port", rules::port);
    const auto target = e.required("cross-connect", rules::name);
    t.cross_connect_port = e.optional("cross-connect-port", rules::bridge_port);
    t.capacity = parse_bit_rate(e.optional("capacity", rules::bit_rate)).value_or(0);
    if (!t.port.empty() && !s.name.empty()) {
        used_switch_ports_.back().take(e, "port", *e.raw("port"),
                                       [&] { return fmt::format("port {} of switch {}", t.port, s.name); });
    }
    t.cross_connect.value = nowhere;
    if (const auto found = cross_connects_.resolve(e, "cross-connect", target)) {
        t.cross_connect = cross_connect_index{*found};
        same_site(e, "cross-connect", s.site, lab_.at(t.cross_connect).site, "the cross-connect");
        if (!used_.take(e, "cross-connect", fmt::format("a trunk from switch {} to cross-connect {}", s.name, target),
                        "there")) {
            t.cross_connect.value = nowhere;
        }
        if (!t.cross_connect_port.empty()) {
            used_.take(e, "cross-connect-port",
                       fmt::format("port {} of cross-connect {}", t.cross_connect_port, target));
        }
    }
    e.finish();
    return t;
}

/// A trunk may leave out where it arrives only when there is no other.
void lab_reader::check_trunk_ports() {
    std::vector<std::size_t> trunks(lab_.cross_connects.size());
    for (const auto& s : lab_.switches) {
        for (const auto& t : s.trunks) {
            ++trunks[t.cross_connect.value];
        }
    }
    for (const auto& s : lab_.switches) {
        for (const auto& t : s.trunks) {
            if (t.cross_connect_port.empty() && lab_.at(t.cross_connect).kind == cross_connect_kind::linux_bridge) {
                reading_.out.add(t.place,
                                 fmt::format("cross-connect {} is of kind linux-bridge, and this trunk does not say at "
                                             "which of its host's ports it arrives",
                                             in_quotes(lab_.at(t.cross_connect).name)),
                                 "add cross-connect-port=\"...\"");
            } else if (t.cross_connect_port.empty() && trunks[t.cross_connect.value] > 1) {
                reading_.out.add(
                    t.place,
                    fmt::format("cross-connect {} has several trunks, and this one does not say at which of "
                                "its ports it arrives",
                                in_quotes(lab_.at(t.cross_connect).name)),
                    "add cross-connect-port=\"...\"");
            }
        }
    }
}

}  // namespace rollover::model
