// From boxes, ports and cables to the elements of a lab file.
#include "engine/base/text.h"
#include "engine/import/draft.h"
#include "engine/import/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <unordered_map>

namespace rollover::importing {

namespace {

constexpr std::string_view only_site = "main";

class assembler {
public:
    assembler(const inventory& all, findings& out) : all_(all), out_(out) {}

    draft_element lab(const std::string& name) {
        root_.tag = "lab";
        root_.attributes = {{"name", name}};
        sites();
        names();
        boxes();
        for (const auto& c : all_.cables) {
            cable(c);
        }
        ports();
        return finish();
    }

private:
    struct place_in_draft {
        box_kind kind = box_kind::device;
        std::string name;
        std::string site;
        draft_element element;
        bool has_console = false;
        bool used = false;  ///< a cable, or a port of its own
    };
    struct site_parts {
        draft_element element;
        std::list<draft_element> wires;
        std::list<draft_element> segments;
    };

    static remark missing(std::string text, std::string covers = {}) {
        return {remark::kind::missing, std::move(text), std::move(covers)};
    }
    static remark guessed(std::string text) { return {remark::kind::guessed, std::move(text), {}}; }

    static draft_element element(std::string tag, const source_place& place) {
        draft_element e;
        e.tag = std::move(tag);
        e.place = place;
        return e;
    }

    /// An attribute; an empty value says nothing.
    static void set(draft_element& e, std::string_view name, std::string value) {
        if (!value.empty()) {
            e.attributes.emplace_back(name, std::move(value));
        }
    }

    /// An attribute that has to fit its rule; one that does not is left to the reader of the draft, in a comment.
    static void set_checked(draft_element& e, std::string_view name, const std::string& value,
                            const model::value_rule& rule) {
        if (value.empty() || rule.fits(value)) {
            set(e, name, value);
        } else {
            e.remarks.push_back(
                missing(fmt::format("{}=\"...\": \"{}\" is not allowed there: {}", name, value, rule.words),
                        fmt::format("\"{}\"", name)));
        }
    }

    static bool covered(const draft_element& e, std::string_view words) {
        return std::ranges::any_of(e.remarks, [&](const remark& r) { return r.covers == words; });
    }

    void sites() {
        for (const auto& b : all_.boxes) {
            auto& p = boxes_.emplace_back();
            p.kind = b.kind == box_kind::unknown ? box_kind::device : b.kind;
            const std::string given =
                b.site.value.empty() ? std::string(only_site) : fitted(b.site.value, model::rules::name);
            p.site = given.empty() ? std::string(only_site) : given;
            const auto [found, is_new] = site_index_.try_emplace(p.site, sites_.size());
            if (is_new) {
                auto& s = sites_.emplace_back();
                s.element = element("site", b.site.value.empty() ? b.place : b.site.place);
                set(s.element, "name", p.site);
            }
            auto& e = sites_[found->second].element;
            if (b.site.value.empty() && e.remarks.empty()) {
                e.remarks.push_back(guessed(
                    fmt::format("site {}: it was not said where the things are of which no site is given", p.site)));
            } else if (p.site != b.site.value && !b.site.value.empty() && e.remarks.empty()) {
                e.remarks.push_back(
                    guessed(fmt::format("the name, for \"{}\", which a site cannot have", b.site.value)));
            }
        }
    }

    /// Names that a lab file can have, unique in their kind: with the site when two sites have the same one.
    void names() {
        std::map<std::pair<box_kind, std::string>, std::vector<std::size_t>> users;
        for (std::size_t i = 0; i < boxes_.size(); ++i) {
            auto& p = boxes_[i];
            p.name = fitted(all_.boxes[i].name, model::rules::name);
            if (p.name.empty()) {
                p.name = fmt::format("{}-{}", name_of(p.kind), i + 1);
            }
            users[{p.kind, p.name}].push_back(i);
        }
        for (const auto& [key, who] : users) {
            for (const std::size_t i : who) {
                if (who.size() > 1) {
                    boxes_[i].name =
                        fitted(key.second.substr(0, 40) + "-" + boxes_[i].site.substr(0, 20), model::rules::name);
                }
            }
        }
        std::set<std::pair<box_kind, std::string>> taken;
        for (std::size_t i = 0; i < boxes_.size(); ++i) {
            auto& p = boxes_[i];
            for (std::size_t n = 2; !taken.emplace(p.kind, p.name).second; ++n) {
                p.name = fmt::format("{}-{}", p.name.substr(0, 50), n * boxes_.size() + i);
            }
        }
    }

    void boxes() {
        for (std::size_t i = 0; i < boxes_.size(); ++i) {
            const auto& b = all_.boxes[i];
            auto& p = boxes_[i];
            p.element = element(std::string(name_of(p.kind)), b.place);
            auto& e = p.element;
            e.remarks = b.remarks;
            set(e, "name", p.name);
            const bool made_up =
                std::ranges::any_of(b.remarks, [](const remark& r) { return r.what == remark::kind::guessed; });
            if (p.name != b.name && !made_up) {
                e.remarks.push_back(guessed(fmt::format(
                    "the name, for \"{}\", which {}", b.name,
                    model::rules::name.fits(b.name) ? "two of a kind would have" : "a lab file cannot have")));
            }
            if (b.kind == box_kind::unknown) {
                e.remarks.push_back(guessed("it is a device, as nothing says what it is"));
            }
            switch (p.kind) {
                case box_kind::device: device(b, e); break;
                case box_kind::converter: converter(b, e); break;
                case box_kind::lab_switch: lab_switch(b, e); break;
                case box_kind::cross_connect: cross_connect(b, e); break;
                case box_kind::segment:
                case box_kind::unknown: break;
            }
        }
    }

    static void platform(const box& b, draft_element& e) {
        if (const auto known = platform_named(b.platform.value)) {
            if (*known != b.platform.value) {
                e.remarks.push_back(guessed(fmt::format("platform {}, for \"{}\"", *known, b.platform.value)));
            }
            set(e, "platform", std::string(*known));
        } else if (!b.platform.value.empty()) {
            if (model::rules::name.fits(b.platform.value)) {
                e.remarks.push_back(guessed(fmt::format(
                    "platform {} as it was given: none of this name ships, it is one of yours", b.platform.value)));
            }
            set_checked(e, "platform", b.platform.value, model::rules::name);
        }
    }

    static void device(const box& b, draft_element& e) {
        platform(b, e);
        if (b.platform.value.empty() && !covered(e, "\"platform\"")) {
            e.remarks.push_back(missing("platform=\"...\": how it talks, the name of a platform file", "\"platform\""));
        }
        set_checked(e, "model", b.model.value, model::rules::label);
        set_checked(e, "serial-number", b.serial_number.value, model::rules::label);
    }

    static void converter(const box& b, draft_element& e) {
        set_checked(e, "model", b.model.value, model::rules::name);
        set_checked(e, "protocol", b.protocol.value, model::rules::name);
        if (b.protocol.value.empty()) {
            e.remarks.push_back(
                missing("protocol=\"...\": raw, telnet, rfc2217 or ssh; with raw, telnet and rfc2217 the port of each "
                        "line, where no model knows it",
                        "\"protocol\""));
        }
        set_checked(e, "host", b.address.value, model::rules::host);
        if (b.address.value.empty()) {
            e.remarks.push_back(missing("host=\"...\": its address", "\"host\""));
        }
    }

    static void lab_switch(const box& b, draft_element& e) { platform(b, e); }

    static void cross_connect(const box& b, draft_element& e) {
        set(e, "kind", "openvswitch");
        e.remarks.push_back(guessed("kind openvswitch"));
        set_checked(e, "host", b.address.value, model::rules::host);
        set_checked(e, "bridge", b.bridge.value, model::rules::bridge);
        if (b.bridge.value.empty()) {
            e.remarks.push_back(
                missing("bridge=\"...\": the bridge of Open vSwitch that the trunks are ports of", "\"bridge\""));
        }
        if (!b.address.value.empty()) {
            e.remarks.push_back(missing("login=\"...\", the name of <credentials> for the host", "\"login\""));
            e.remarks.push_back(missing("known-hosts=\"...\", the file with the key of the host", "\"known-hosts\""));
        }
    }

    // --- cables ---

    void cable(const importing::cable& c) {
        auto a = c.a;
        auto b = c.b;
        if (kind_at(a) > kind_at(b)) {
            std::swap(a, b);
        }
        boxes_[all_.ports[a].box].used = true;
        boxes_[all_.ports[b].box].used = true;
        const auto near = kind_at(a);
        const auto far = kind_at(b);
        if (near == box_kind::device && far == box_kind::device) {
            wire(c, a, b);
        } else if (near == box_kind::device && far == box_kind::lab_switch) {
            switch_port(a, b, c);
        } else if (near == box_kind::device && far == box_kind::converter) {
            converter_line(a, b, c);
        } else if (near == box_kind::device && far == box_kind::segment) {
            segment_end(a, b, c);
        } else if (near == box_kind::lab_switch && far == box_kind::cross_connect) {
            trunk(a, b, c);
        } else {
            out_.left_out(c.place, fmt::format("cables between a {} and a {} have no place in a lab file",
                                               name_of(near), name_of(far)));
        }
    }

    [[nodiscard]] box_kind kind_at(std::uint32_t port) const { return boxes_[all_.ports[port].box].kind; }
    [[nodiscard]] const std::string& name_at(std::uint32_t port) const { return boxes_[all_.ports[port].box].name; }
    [[nodiscard]] const std::string& site_at(std::uint32_t port) const { return boxes_[all_.ports[port].box].site; }

    /// The interface of a device that a port is; made when it is new.
    draft_element& interface_of(std::uint32_t port) {
        if (const auto known = interfaces_.find(port); known != interfaces_.end()) {
            return *known->second;
        }
        const auto& p = all_.ports[port];
        auto& parent = boxes_[p.box].element;
        auto& e = parent.children.emplace_back(element("interface", p.place));
        interfaces_.emplace(port, &e);
        e.remarks = p.remarks;
        const std::string name = port_name(p.name);
        set(e, "name", name);
        if (name != p.name) {
            e.remarks.push_back(guessed(fmt::format(
                "the name, for \"{}\"; it goes into configurations, so it must be as the device spells it", p.name)));
        }
        const bool by_name = p.kind == port_kind::unknown && is_serial_name(p.name);
        if (by_name) {
            e.remarks.push_back(guessed("it is serial, by its name"));
        }
        if (by_name || p.kind == port_kind::serial) {
            set(e, "type", "serial");
        }
        set(e, "speed", p.speed == 0 ? std::string() : bit_rate(p.speed));
        return e;
    }

    [[nodiscard]] bool is_serial(std::uint32_t port) const {
        const auto& p = all_.ports[port];
        return p.kind == port_kind::serial || (p.kind == port_kind::unknown && is_serial_name(p.name));
    }

    void wire(const importing::cable& c, std::uint32_t a, std::uint32_t b) {
        if (all_.ports[a].kind == port_kind::console && all_.ports[b].kind == port_kind::console) {
            out_.left_out(c.place, "cables between two consoles have no place in a lab file");
            return;
        }
        auto e = element("wire", c.place);
        std::string name = fitted(c.label, model::rules::name);
        if (name.empty() || !wire_names_.insert(name).second) {
            while (!wire_names_.insert(name = fmt::format("w{}", ++wires_)).second) {
            }
        }
        set(e, "name", name);
        for (const auto end : {a, b}) {
            auto& interface = interface_of(end);
            e.children.push_back(end_element(end, interface, c.place));
        }
        (site_at(a) == site_at(b) ? sites_[site_index_[site_at(a)]].wires : wires_between_).push_back(std::move(e));
    }

    draft_element end_element(std::uint32_t port, const draft_element& interface, const source_place& place) const {
        auto e = element("end", place);
        set(e, "device", name_at(port));
        set(e, "interface", interface.attributes.empty() ? std::string() : interface.attributes.front().second);
        return e;
    }

    void switch_port(std::uint32_t device, std::uint32_t at, const importing::cable& c) {
        auto& interface = interface_of(device);
        const auto& p = all_.ports[at];
        const auto& own = all_.ports[device];
        auto e = element("switch-port", c.place);
        set(e, "switch", name_at(at));
        set(e, "port", port_name(p.name));
        if (p.vlan && own.vlan && *p.vlan != *own.vlan) {
            out_.wrong(c.place,
                       fmt::format("\"{}\" of \"{}\" is in VLAN {}, and its switch port in {}", own.name,
                                   name_at(device), *own.vlan, *p.vlan),
                       fmt::format("see {} and {}; correct the wrong one", to_string(own.place), to_string(p.place)));
        }
        const auto vlan = p.vlan ? p.vlan : own.vlan;
        if (vlan) {
            set(e, "vlan", std::to_string(*vlan));
        } else {
            e.remarks.push_back(missing("vlan=\"...\": the one that this port alone is in", "\"vlan\""));
        }
        if (p.tagged || own.tagged) {
            e.remarks.push_back(missing(
                "the port carries tagged frames of several VLANs; a lab switch has each port in one VLAN of its own"));
        }
        interface.children.push_back(std::move(e));
    }

    std::string line_of(std::uint32_t port, const importing::cable& c) {
        const auto& p = all_.ports[port];
        const std::string number = line_number(p.name);
        if (!lines_.insert(port).second) {
            return number;
        }
        auto e = element("line", c.place.line != 0 ? c.place : p.place);
        set(e, "number", number);
        if (number.empty()) {
            e.remarks.push_back(missing("number=\"...\": as you count the lines", "\"number\""));
        } else if (number != p.name) {
            e.remarks.push_back(guessed(fmt::format("number {}, for \"{}\"", number, p.name)));
        }
        set(e, "port", p.tcp_port == 0 ? std::string() : std::to_string(p.tcp_port));
        boxes_[p.box].element.children.push_back(std::move(e));
        return number;
    }

    void converter_line(std::uint32_t device, std::uint32_t at, const importing::cable& c) {
        const auto& own = all_.ports[device];
        const auto baud = own.baud != 0 ? own.baud : all_.ports[at].baud;
        auto& b = boxes_[own.box];
        const std::string number = line_of(at, c);
        const bool console = own.kind == port_kind::console ||
                             (own.kind == port_kind::unknown && (own.name.empty() || is_console_name(own.name)));
        if (console) {
            if (b.has_console) {
                out_.left_out(c.place, "second consoles of a device are left out",
                              "a device has one; the first in the input was taken");
                return;
            }
            b.has_console = true;
            auto e = element("console", c.place);
            set(e, "line", name_at(at) + "/" + number);
            set(e, "baud", baud == 0 ? std::string() : std::to_string(baud));
            b.element.children.push_front(std::move(e));
            return;
        }
        auto& interface = interface_of(device);
        if (!is_serial(device)) {
            interface.attributes.emplace_back("type", "serial");
            interface.remarks.push_back(guessed("it is serial, as it is cabled to a converter"));
        }
        auto e = element("line", c.place);
        set(e, "converter", name_at(at));
        set(e, "number", number);
        set(e, "baud", baud == 0 ? std::string() : std::to_string(baud));
        interface.children.push_back(std::move(e));
    }

    void trunk(std::uint32_t at_switch, std::uint32_t at_host, const importing::cable& c) {
        auto e = element("trunk", c.place);
        e.remarks = all_.ports[at_switch].remarks;
        set(e, "port", port_name(all_.ports[at_switch].name));
        set(e, "cross-connect", name_at(at_host));
        set_checked(e, "cross-connect-port", all_.ports[at_host].name, model::rules::bridge_port);
        boxes_[all_.ports[at_switch].box].element.children.push_back(std::move(e));
    }

    void segment_end(std::uint32_t device, std::uint32_t at, const importing::cable& c) {
        auto& b = boxes_[all_.ports[at].box];
        b.element.children.push_back(end_element(device, interface_of(device), c.place));
        segment_sites_[all_.ports[at].box].insert(site_at(device));
    }

    // --- the rest ---

    /// Ports without a cable: interfaces of devices, lines of converters.
    void ports() {
        for (std::uint32_t i = 0; i < all_.ports.size(); ++i) {
            const auto& p = all_.ports[i];
            if (kind_at(i) == box_kind::converter && p.kind == port_kind::line) {
                (void)line_of(i, {});
            } else if (kind_at(i) == box_kind::device && !p.cable && p.kind != port_kind::console) {
                (void)interface_of(i);
                boxes_[p.box].used = true;
            } else if (kind_at(i) == box_kind::device && p.kind == port_kind::console) {
                boxes_[p.box].used = true;
            }
        }
    }

    draft_element finish() {
        for (std::size_t i = 0; i < boxes_.size(); ++i) {
            auto& p = boxes_[i];
            if (p.kind == box_kind::device && !p.used) {
                out_.left_out(p.element.place,
                              "devices without a single port are left out (patch panels, power strips)");
                continue;
            }
            if (p.kind == box_kind::device && !p.has_console) {
                p.element.remarks.push_back(missing("<console line=\"CONVERTER/NUMBER\"/>", "<console>"));
            }
            if (p.kind == box_kind::lab_switch && p.element.children.empty()) {
                p.element.remarks.push_back(missing(
                    "<trunk port=\"...\" cross-connect=\"...\"/>: the port that carries all VLANs, and where it goes",
                    "<trunk>"));
            }
            if (p.kind == box_kind::converter && p.element.children.empty()) {
                p.element.remarks.push_back(missing("<line number=\"...\"/> for each serial port", "<line>"));
            }
            if (p.kind == box_kind::segment) {
                segment(static_cast<std::uint32_t>(i));
                continue;
            }
            sorted_[{p.site, p.kind}].push_back(std::move(p.element));
        }
        for (auto& s : sites_) {
            const std::string site = s.element.attributes.front().second;
            for (const auto kind :
                 {box_kind::converter, box_kind::cross_connect, box_kind::lab_switch, box_kind::device}) {
                auto& part = sorted_[{site, kind}];
                s.element.children.splice(s.element.children.end(), part);
            }
            s.element.children.splice(s.element.children.end(), s.wires);
            s.element.children.splice(s.element.children.end(), s.segments);
            if (!s.element.children.empty()) {
                root_.children.push_back(std::move(s.element));
            }
        }
        if (root_.children.empty()) {
            out_.wrong(boxes_.empty() ? source_place{} : all_.boxes.front().place,
                       "no device has a port, so there is nothing to draft",
                       "give what lists interfaces and console ports too");
        }
        root_.children.splice(root_.children.end(), wires_between_);
        root_.children.splice(root_.children.end(), segments_between_);
        return std::move(root_);
    }

    void segment(std::uint32_t index) {
        auto& p = boxes_[index];
        const auto& where = segment_sites_[index];
        (where.size() == 1 ? sites_[site_index_[*where.begin()]].segments : segments_between_)
            .push_back(std::move(p.element));
    }

    const inventory& all_;
    findings& out_;
    draft_element root_;
    std::vector<place_in_draft> boxes_;  ///< as all_.boxes
    std::vector<site_parts> sites_;
    std::unordered_map<std::string, std::size_t> site_index_;
    std::unordered_map<std::uint32_t, draft_element*> interfaces_;  ///< by port
    std::set<std::uint32_t> lines_;                                 ///< ports that have their <line>
    std::set<std::string> wire_names_;
    std::size_t wires_ = 0;
    std::list<draft_element> wires_between_;
    std::list<draft_element> segments_between_;
    std::map<std::uint32_t, std::set<std::string>> segment_sites_;
    std::map<std::pair<std::string, box_kind>, std::list<draft_element>> sorted_;
};

}  // namespace

draft_element assemble(const inventory& all, const std::string& name, findings& out) {
    return assembler(all, out).lab(name);
}

}  // namespace rollover::importing
