// Devices of a lab, with their consoles and interfaces.
#include "engine/model/lab_reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <fmt/format.h>
#include <utility>

namespace rollover::model {

using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t slowest_baud = 50;
constexpr std::uint32_t fastest_baud = 4'000'000;
constexpr std::uint32_t last_vlan = 4094;  // 0 and 4095 are reserved (IEEE 802.1Q table 9-2)

// What both UARTs and converters have; a divisor of 16550's 1.8432 MHz, and multiples.
constexpr std::array<word<std::uint32_t>, 7> fast_speeds{{{"19200", 19200},
                                                          {"38400", 38400},
                                                          {"57600", 57600},
                                                          {"115200", 115200},
                                                          {"230400", 230400},
                                                          {"460800", 460800},
                                                          {"921600", 921600}}};
constexpr std::array<word<char>, 3> parities{{{"none", 'n'}, {"odd", 'o'}, {"even", 'e'}}};
constexpr std::array<word<flow_control>, 3> flows{
    {{"none", flow_control::none}, {"xon-xoff", flow_control::xon_xoff}, {"hardware", flow_control::hardware}}};
constexpr std::array<word<pacing_mode>, 3> pacings{
    {{"timed", pacing_mode::timed}, {"acked", pacing_mode::acked}, {"echoed", pacing_mode::echoed}}};
constexpr std::array<word<bool>, 2> modem_words{{{"true", true}, {"false", false}}};
constexpr std::array<word<interface_type>, 2> types{
    {{"ethernet", interface_type::ethernet}, {"serial", interface_type::serial}}};

/// As a device's answer is compared: FTX1 and ftx1 are the same (platform::same_serial_number).
std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

void read_serial_settings(element& e, std::uint32_t& baud, std::uint8_t& data_bits, char& parity,
                          std::uint8_t& stop_bits) {
    baud = e.number("baud", slowest_baud, fastest_baud, baud);
    data_bits = static_cast<std::uint8_t>(e.number("data-bits", 5, 8, data_bits));
    parity = e.choice<char>("parity", parities, parity);
    stop_bits = static_cast<std::uint8_t>(e.number("stop-bits", 1, 2, stop_bits));
}

}  // namespace

void lab_reader::read_device(element& e, site_index where) {
    device d;
    d.site = where;
    d.place = e.place();
    const auto name = e.required("name", rules::name);
    devices_.add(e, name, static_cast<std::uint32_t>(lab_.devices.size()));
    d.name = name;
    d.platform = e.required("platform", rules::name);
    d.model = e.optional("model", rules::label);
    d.serial_number = e.optional("serial-number", rules::label);
    if (!d.serial_number.empty()) {
        serial_numbers_.take(e, "serial-number", lower_case(d.serial_number),
                             [&] { return "serial number " + d.serial_number; });
    }
    d.outlet = e.optional("outlet", rules::label);
    d.recover = e.flag("recover", false);
    const auto switches_power = [](const hook& h) { return h.when == hook::moment::power_cycle; };
    if (d.recover && std::ranges::none_of(lab_.hooks, switches_power)) {
        e.wrong("recover", "nothing in this lab switches the device off and on",
                "add <hook when=\"power-cycle\">, or leave it out and recover by hand: rollover recover");
    }
    bool has_console = false;
    for (const pugi::xml_node child : e.children("console")) {
        element c(reading_, child);
        if (has_console) {
            c.wrong(fmt::format("a second <console> of device {}", in_quotes(name)), "a device has one; remove this");
        }
        has_console = true;
        d.console = read_console(c, where);
    }
    if (!has_console) {
        e.wrong("<device> has no <console>", "add <console line=\"CONVERTER/NUMBER\"/>");
    }
    read_features(d, e);
    read_capacities(d, e);
    read_interfaces(d, e);
    e.finish({"console", "feature", "capacity", "interface"});
    lab_.devices.push_back(std::move(d));
}

void lab_reader::read_features(device& d, const element& parent) {
    std::vector<std::pair<std::string_view, pugi::xml_node>> named;
    for (const pugi::xml_node child : parent.children("feature")) {
        element e(reading_, child);
        named.emplace_back(e.required("name", rules::name), child);
        e.finish();
    }
    std::ranges::sort(named, {}, [](const auto& f) { return std::pair(f.first, f.second.name()); });  // by place
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (i > 0 && named[i].first == named[i - 1].first && !named[i].first.empty()) {
            element(reading_, named[i].second)
                .wrong("name",
                       fmt::format("a second feature {} of device {}", in_quotes(named[i].first), in_quotes(d.name)),
                       "remove it");
        }
        d.features.emplace_back(named[i].first);
    }
}

void lab_reader::read_capacities(device& d, const element& parent) {
    for (const pugi::xml_node child : parent.children("capacity")) {
        element e(reading_, child);
        capacity c;
        c.name = e.required("name", rules::name);
        c.amount = e.required_number("amount", 1, most_of_a_capacity);
        const bool twice = !c.name.empty() && std::ranges::count(d.capacities, c.name, &capacity::name) > 0;
        if (twice) {
            e.wrong("name", fmt::format("a second capacity {} of device {}", in_quotes(c.name), in_quotes(d.name)),
                    "remove it");
        }
        e.finish();
        d.capacities.push_back(std::move(c));
    }
    std::ranges::sort(d.capacities, {}, &capacity::name);
}

traffic_set lab_reader::passes_of(element& e) {
    const auto given = e.optional("passes", rules::traffic_words);
    return e.has("passes") ? parse_traffic(given).value_or(traffic_set::all()) : traffic_set::all();
}

void lab_reader::read_interfaces(device& d, const element& parent) {
    auto& names = interface_names_.emplace_back();
    std::vector<pugi::xml_node> nodes;
    const std::size_t count = parent.count("interface");
    names.reserve(count);
    nodes.reserve(count);
    d.interfaces.reserve(count);
    for (const pugi::xml_node child : parent.children("interface")) {
        element e(reading_, child);
        names.emplace_back(e.raw("name").value_or(""), static_cast<std::uint32_t>(nodes.size()));
        nodes.push_back(child);
        d.interfaces.push_back(read_interface(e, d));
    }
    std::ranges::sort(names);
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (names[i].first == names[i - 1].first && !names[i].first.empty()) {
            element(reading_, nodes[names[i].second])
                .wrong("name",
                       fmt::format("a second interface {} of device {}", in_quotes(names[i].first), in_quotes(d.name)),
                       "interface names are unique in a device");
        }
    }
}

std::optional<line_reference> lab_reader::find_line(const element& e, std::string_view converter_name,
                                                    std::string_view number, std::string_view converter_attribute,
                                                    std::string_view number_attribute, site_index where) {
    const auto c = converters_.resolve(e, converter_attribute, converter_name);
    if (!c) {
        return std::nullopt;
    }
    same_site(e, converter_attribute, where, lab_.converters[*c].site, "the converter");
    const auto line = lines_[*c].resolve(e, number_attribute, number);
    if (!line) {
        return std::nullopt;
    }
    used_lines_.take(e, number_attribute, pair_key(*c, *line),
                     [&] { return fmt::format("line {}/{}", converter_name, number); });
    return line_reference{converter_index{*c}, *line};
}

console lab_reader::read_console(element& e, site_index where) {
    console c;
    c.place = e.place();
    const auto line = e.required("line", rules::line);
    if (const std::size_t slash = line.find('/'); slash != std::string_view::npos) {
        c.line = find_line(e, line.substr(0, slash), line.substr(slash + 1), "line", "line", where)
                     .value_or(line_reference());
    }
    read_serial_settings(e, c.baud, c.data_bits, c.parity, c.stop_bits);
    read_fast_speed(e, c);
    c.char_delay = e.time("char-delay", 0s, 10s, c.char_delay);
    c.line_delay = e.time("line-delay", 0s, 60s, std::max(c.line_delay, c.char_delay));
    c.pacing = e.choice<pacing_mode>("pacing", pacings, c.pacing);
    c.fifo = e.number("fifo", 1, 65535, 0);
    c.login = login_of(e);
    e.finish();
    return c;
}

void lab_reader::read_fast_speed(element& e, console& c) const {
    c.fast_baud = e.choice<std::uint32_t>("fast-baud", fast_speeds, 0);
    if (c.fast_baud == 0 || c.line.converter.value >= lab_.converters.size()) {
        return;
    }
    if (c.fast_baud <= c.baud) {
        e.wrong("fast-baud", fmt::format("{} is not faster than the console's {} baud", c.fast_baud, c.baud),
                "leave it out, or give a higher speed");
    }
    const auto& through = lab_.at(c.line.converter);
    if (through.protocol != line_protocol::rfc2217 && through.protocol != line_protocol::tty) {
        e.wrong("fast-baud",
                fmt::format("converter {} cannot change the speed of its lines: protocol {} has no way to say so",
                            through.name, name_of(through.protocol)),
                "leave it out, or use protocol=\"rfc2217\" where the converter has it");
    } else if (!through.model.answers_settings) {
        e.wrong("fast-baud",
                fmt::format("converter {} ({}) never says whether it has changed the speed of a line", through.name,
                            through.model.name),
                "leave it out: a device could be lost at another speed than its line's");
    }
}

interface lab_reader::read_interface(element& e, const device& d) {
    interface i;
    i.place = e.place();
    const auto name = e.required("name", rules::port);
    i.name = name;
    i.type = e.choice<interface_type>("type", types, i.type);
    i.speed = parse_bit_rate(e.optional("speed", rules::bit_rate)).value_or(0);
    for (const pugi::xml_node child : e.children("switch-port")) {
        element port(reading_, child);
        if (i.type == interface_type::serial) {
            port.wrong("a serial interface on a switch port", "only ethernet interfaces are cabled to a switch");
        }
        i.port = read_switch_port(port, d);
    }
    for (const pugi::xml_node child : e.children("line")) {
        element line(reading_, child);
        if (i.type == interface_type::ethernet) {
            line.wrong("an ethernet interface on a converter line", "add type=\"serial\" to the <interface>");
        }
        i.line = read_serial_port(line, d.site);
    }
    if (e.count("switch-port") + e.count("line") > 1) {
        e.wrong(fmt::format("interface {} is cabled twice", in_quotes(name)), "one <switch-port> or one <line>");
    }
    e.finish({"switch-port", "line"});
    return i;
}

std::optional<serial_port> lab_reader::read_serial_port(element& e, site_index where) {
    serial_port p;
    p.place = e.place();
    const auto converter = e.required("converter", rules::name);
    const auto number = e.required("number", rules::line_number);
    const auto found = find_line(e, converter, number, "converter", "number", where);
    read_serial_settings(e, p.baud, p.data_bits, p.parity, p.stop_bits);
    p.flow = e.choice<flow_control>("flow-control", flows, p.flow);
    p.modem_signals = e.choice<bool>("modem-signals", modem_words, p.modem_signals);
    e.finish();
    if (!found) {
        return std::nullopt;
    }
    p.line = *found;
    return p;
}

switch_port lab_reader::read_switch_port(element& e, const device& d) {
    switch_port p;
    const auto name = e.required("switch", rules::name);
    p.port = e.required("port", rules::port);
    p.vlan = static_cast<std::uint16_t>(e.required_number("vlan", 1, last_vlan));
    const bool has_vlan = e.has("vlan");
    e.finish();
    const auto found = switches_.resolve(e, "switch", name);
    if (!found) {
        return p;
    }
    p.where = switch_index{*found};
    const lab_switch& s = lab_.at(p.where);
    same_site(e, "switch", d.site, s.site, "the switch");
    if (!p.port.empty()) {
        used_switch_ports_[p.where.value].take(e, "port", *e.raw("port"),
                                               [&] { return fmt::format("port {} of switch {}", p.port, name); });
    }
    for (const auto& t : s.trunks) {
        if (has_vlan && t.cross_connect.value < lab_.cross_connects.size()) {
            used_vlans_.take(e, "vlan", pair_key(t.cross_connect.value, p.vlan), [&] {
                return fmt::format("VLAN {} on cross-connect {}", p.vlan, lab_.at(t.cross_connect).name);
            });
        }
    }
    return p;
}

}  // namespace rollover::model
