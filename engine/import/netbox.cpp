#include "engine/import/netbox.h"

#include "engine/import/netbox_files.h"
#include "engine/import/words.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace rollover::importing {

namespace {

constexpr std::string_view interface_type = "dcim.interface";
constexpr std::string_view console_type = "dcim.consoleport";
constexpr std::string_view line_type = "dcim.consoleserverport";

struct speed_word {
    std::string_view start;  ///< of NetBox's interface type
    std::uint32_t megabits;
};
// netbox/dcim/choices.py, InterfaceTypeChoices: the number before "base" is the speed.
constexpr auto speeds = std::to_array<speed_word>({{"10base", 10},
                                                   {"100base", 100},
                                                   {"1000base", 1000},
                                                   {"2.5gbase", 2500},
                                                   {"5gbase", 5000},
                                                   {"10gbase", 10000},
                                                   {"25gbase", 25000},
                                                   {"40gbase", 40000},
                                                   {"50gbase", 50000},
                                                   {"100gbase", 100000},
                                                   {"200gbase", 200000},
                                                   {"400gbase", 400000},
                                                   {"800gbase", 800000}});

class netbox_reader {
public:
    netbox_reader(const netbox_objects& objects, const netbox_roles& roles, inventory_builder& into, findings& out)
        : objects_(objects), roles_(roles), into_(into), out_(out) {}

    void read() {
        for (const auto& one : objects_.devices) {
            device(one);
        }
        for (const auto& one : objects_.lines) {
            component(one, port_kind::line);
        }
        for (const auto& one : objects_.consoles) {
            component(one, port_kind::console);
        }
        for (const auto& one : objects_.interfaces) {
            interface(one);
        }
        for (const auto* list : {&objects_.lines, &objects_.consoles, &objects_.interfaces}) {
            for (const auto& one : *list) {
                traced(one, list == &objects_.lines      ? line_type
                            : list == &objects_.consoles ? console_type
                                                         : interface_type);
            }
        }
        for (const auto& one : objects_.cables) {
            cable(one);
        }
    }

private:
    using found_object = netbox_object;
    struct endpoint {
        std::string_view type;
        const json_value* json = nullptr;
        std::uint64_t id = 0;
    };
    void wrong(const found_object& o, std::string what, std::string hint) {
        out_.wrong(place_of(o), std::move(what), std::move(hint));
    }

    // --- devices ---

    [[nodiscard]] static std::string slug_of(const json_value& v) {
        return v.text_at("slug").empty() ? reduced(v.text_at("name")) : v.text_at("slug");
    }
    [[nodiscard]] static bool is_one_of(const std::vector<std::string>& slugs, const std::string& slug) {
        return std::ranges::find(slugs, slug) != slugs.end();
    }

    void device(const found_object& o) {
        const auto id = o.json->number_at("id").value_or(0);
        const bool named = !o.json->text_at("name").empty();
        const std::string name = named ? o.json->text_at("name") : fmt::format("device-{}", id);
        const auto place = place_of(o);
        const auto index = into_.box_of(fmt::format("{}", id), name, place);
        if (!known_.try_emplace(id, index).second) {
            return;  // pages overlap
        }
        auto& b = into_.at_box(index);
        if (!named) {
            b.remarks.push_back(
                {remark::kind::guessed, "the name is made of its number in NetBox, which has none", {}});
        }
        const std::string site = slug_of(o.json->at("site"));
        into_.say(index, &box::site, "the site", site, place);
        into_.say(index, &box::serial_number, "the serial number", o.json->text_at("serial"), place);
        const std::string& with_mask = o.json->at("primary_ip").text_at("address");
        const std::string role =
            slug_of(o.json->at("role").is_object() ? o.json->at("role") : o.json->at("device_role"));
        const json_value& type = o.json->at("device_type");
        box_kind kind = box_kind::device;
        if (is_one_of(roles_.switches, role)) {
            kind = box_kind::lab_switch;
        } else if (is_one_of(roles_.cross_connects, role)) {
            kind = box_kind::cross_connect;
        } else if (is_one_of(roles_.converters, role)) {
            kind = box_kind::converter;
        }
        if (kind != box_kind::device) {
            into_.say_kind(index, kind, place);
        }
        into_.say(index, &box::address, "the address", with_mask.substr(0, with_mask.find('/')), place);
        into_.say(index, &box::model, "the model", type.text_at("model"), place);
        manufacturers_[index] = slug_of(type.at("manufacturer"));
        platform(index, o.json->at("platform"), place);
    }

    void platform(std::uint32_t index, const json_value& given, const source_place& place) {
        if (!given.is_object()) {
            return;
        }
        auto found = platform_named(slug_of(given));
        if (!found) {
            found = platform_named(given.text_at("name"));
        }
        if (found) {
            into_.say(index, &box::platform, "the platform", std::string(*found), place);
        } else {
            into_.at_box(index).remarks.push_back(
                {remark::kind::missing,
                 fmt::format("platform=\"...\": NetBox says {}, and no platform that ships is certainly that",
                             slug_of(given)),
                 "\"platform\""});
        }
    }

    // --- ports ---

    /// The box that a nested `device` names; one that no file of devices has is told of.
    std::optional<std::uint32_t> owner(const json_value& o, const source_place& place) {
        const json_value& device = o.at("device");
        const auto id = device.number_at("id");
        if (!device.is_object() || !id) {
            return std::nullopt;
        }
        if (const auto known = known_.find(*id); known != known_.end()) {
            return known->second;
        }
        const std::string name =
            device.text_at("name").empty() ? fmt::format("device-{}", *id) : device.text_at("name");
        const auto index = into_.box_of(fmt::format("{}", *id), name, place);
        known_.emplace(*id, index);
        into_.at_box(index).remarks.push_back(
            {remark::kind::missing, "site, platform and model: it is not among the devices of the export", {}});
        return index;
    }

    std::optional<std::uint32_t> component(const found_object& o, port_kind kind) {
        const auto place = place_of(o);
        const auto box = owner(*o.json, place);
        if (!box || o.json->text_at("name").empty()) {
            wrong(o, "a port without its device or its name",
                  "save the answer of NetBox's REST API as it comes, without ?brief or ?fields");
            return std::nullopt;
        }
        // A console port may be called as an interface is.
        const char* const mark = kind == port_kind::console ? "\x1" : "";
        const auto index = into_.port_of(*box, o.json->text_at("name") + mark, place);
        auto& p = into_.at_port(index);
        p.name = o.json->text_at("name");
        p.kind = kind;
        if (kind == port_kind::line) {
            into_.say_kind(*box, box_kind::converter, place);
        }
        if (kind != port_kind::ethernet && kind != port_kind::unknown) {
            p.baud = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(o.json->at("speed").number_at("value").value_or(0), 4'000'000));
        }
        by_id_[key(kind == port_kind::line      ? line_type
                   : kind == port_kind::console ? console_type
                                                : interface_type,
                   o.json->number_at("id").value_or(0))] = index;
        return index;
    }

    void interface(const found_object& o) {
        const std::string& type = o.json->at("type").text_at("value");
        if (type == "virtual" || type == "lag" || type == "bridge" || type.starts_with("ieee802.11") ||
            o.json->at("mgmt_only").truth) {
            out_.left_out(place_of(o), o.json->at("mgmt_only").truth
                                           ? "interfaces for management are left out"
                                           : fmt::format("interfaces of type {} are left out", type));
            left_out_.insert(key(interface_type, o.json->number_at("id").value_or(0)));
            return;
        }
        const auto index = component(o, port_kind::unknown);
        if (!index) {
            return;
        }
        auto& p = into_.at_port(*index);
        const bool is_t_or_e = type == "t1" || type == "e1" || type == "t3" || type == "e3";
        if (is_t_or_e || is_serial_name(p.name)) {
            p.kind = port_kind::serial;
            if (!is_t_or_e) {
                p.remarks.push_back(
                    {remark::kind::guessed,
                     fmt::format("it is serial, by its name; NetBox says {}", type.empty() ? "nothing" : type),
                     {}});
            }
        } else {
            p.kind = port_kind::ethernet;
            const auto kilobits = o.json->number_at("speed").value_or(0);
            const auto* const word =
                std::ranges::find_if(speeds, [&](const speed_word& s) { return type.starts_with(s.start); });
            constexpr std::uint64_t fastest = 10'000'000'000;
            p.speed = kilobits != 0 && kilobits < fastest ? static_cast<std::uint32_t>(kilobits / 1000)
                      : word == speeds.end()              ? 0
                                                          : word->megabits;
        }
        const std::string& mode = o.json->at("mode").text_at("value");
        p.tagged = mode == "tagged" || mode == "tagged-all" || mode == "q-in-q";
        const auto vid = o.json->at("untagged_vlan").number_at("vid");
        if (vid && *vid >= 1 && *vid <= 4094 && !p.tagged) {
            p.vlan = static_cast<std::uint16_t>(*vid);
        }
    }

    // --- cables ---

    static std::string key(std::string_view type, std::uint64_t id) { return fmt::format("{} {}", type, id); }

    static bool is_port(std::string_view type) {
        return type == interface_type || type == console_type || type == line_type;
    }

    /// The port of an endpoint; one that no file has is made from what is nested here.
    std::optional<std::uint32_t> port_of(const endpoint& e, const found_object& o) {
        if (const auto known = by_id_.find(key(e.type, e.id)); known != by_id_.end()) {
            return known->second;
        }
        if (left_out_.contains(key(e.type, e.id)) || e.json == nullptr || !e.json->is_object() ||
            !e.json->at("device").is_object() || e.json->text_at("name").empty()) {
            return std::nullopt;
        }
        const found_object nested{o.file, e.json};
        const auto kind = e.type == line_type      ? port_kind::line
                          : e.type == console_type ? port_kind::console
                                                   : port_kind::unknown;
        const auto index = component(nested, kind);
        if (index) {
            by_id_[key(e.type, e.id)] = *index;
        }
        return index;
    }

    void traced(const found_object& o, std::string_view type) {
        const auto self = by_id_.find(key(type, o.json->number_at("id").value_or(0)));
        if (self == by_id_.end()) {
            return;
        }
        const bool many = o.json->at("connected_endpoints").what == json_value::kind::array;
        const std::string& far_type = o.json->text_at(many ? "connected_endpoints_type" : "connected_endpoint_type");
        const json_value& reachable =
            o.json->at(many ? "connected_endpoints_reachable" : "connected_endpoint_reachable");
        const json_value& single = o.json->at("connected_endpoint");
        std::vector<const json_value*> far;
        if (many) {
            for (const auto& one : o.json->at("connected_endpoints").items) {
                far.push_back(&one);
            }
        } else if (single.is_object()) {
            far.push_back(&single);
        }
        if (far.empty()) {
            return;
        }
        if (!is_port(far_type) || far.size() > 1 || (reachable.what == json_value::kind::truth && !reachable.truth)) {
            out_.left_out(place_of(o),
                          !is_port(far_type) ? fmt::format("cables to {} are left out",
                                                           far_type.empty() ? "what has no type" : far_type)
                          : far.size() > 1   ? "cables with several ends at one side are left out"
                                           : "cables that are not connected (status planned or the like) are left out");
            return;
        }
        const endpoint e{far_type == line_type      ? line_type
                         : far_type == console_type ? console_type
                                                    : interface_type,
                         far[0], far[0]->number_at("id").value_or(0)};
        if (const auto other = port_of(e, o)) {
            into_.join(self->second, *other, {}, place_of(o));
        }
    }

    std::vector<endpoint> ends_of(const json_value& cable, char side) {
        std::vector<endpoint> ends;
        const json_value& list = cable.at(side == 'a' ? "a_terminations" : "b_terminations");
        for (const auto& one : list.items) {
            ends.push_back({one.text_at("object_type"), &one.at("object"), one.number_at("object_id").value_or(0)});
        }
        const std::string& old_type = cable.text_at(side == 'a' ? "termination_a_type" : "termination_b_type");
        if (ends.empty() && !old_type.empty()) {
            ends.push_back({old_type, nullptr,
                            cable.number_at(side == 'a' ? "termination_a_id" : "termination_b_id").value_or(0)});
        }
        return ends;
    }

    void cable(const found_object& o) {
        const json_value& status = o.json->at("status");
        const std::string& word = status.is_object() ? status.text_at("value") : status.text;
        if (!word.empty() && word != "connected") {
            out_.left_out(place_of(o), fmt::format("cables of status {} are left out", word));
            return;
        }
        const auto a = ends_of(*o.json, 'a');
        const auto b = ends_of(*o.json, 'b');
        for (const auto* side : {&a, &b}) {
            if (side->size() != 1) {
                out_.left_out(place_of(o), side->empty() ? "cables with one end are left out"
                                                         : "cables with several ends at one side are left out");
                return;
            }
        }
        for (const auto* side : {&a, &b}) {
            const std::string_view type = side->front().type;
            if (!is_port(type)) {
                const bool panel = type == "dcim.frontport" || type == "dcim.rearport";
                out_.left_out(
                    place_of(o),
                    panel ? "cables of patch panels are followed only by what the interfaces say (connected_endpoints)"
                          : fmt::format("cables to {} are left out", type.empty() ? "what has no type" : type));
                return;
            }
        }
        const auto from = port_of(a.front(), o);
        const auto to = port_of(b.front(), o);
        if (from && to) {
            into_.join(*from, *to, o.json->text_at("label"), place_of(o));
        } else {
            out_.left_out(place_of(o), "cables whose ends are in no file (or left out themselves) are left out",
                          "save interfaces, console-ports and console-server-ports with ?limit=0 too");
        }
    }

public:
    /// What a converter is, by who made it: only when it is known that it is one.
    void finish(inventory& all) {
        for (auto& b : all.boxes) {
            const auto index = static_cast<std::uint32_t>(&b - all.boxes.data());
            if (b.kind == box_kind::unknown) {
                b.kind = box_kind::device;
            }
            if (b.kind != box_kind::converter) {
                continue;
            }
            const auto maker = manufacturers_.find(index);
            const auto model = maker == manufacturers_.end() ? std::nullopt : converter_model_named(maker->second);
            b.model.value = model ? std::string(*model) : std::string();
        }
    }

private:
    const netbox_objects& objects_;
    const netbox_roles& roles_;
    inventory_builder& into_;
    findings& out_;
    std::unordered_map<std::uint64_t, std::uint32_t> known_;        ///< boxes by NetBox's id
    std::unordered_map<std::string, std::uint32_t> by_id_;          ///< ports by type and id
    std::unordered_set<std::string> left_out_;                      ///< likewise
    std::unordered_map<std::uint32_t, std::string> manufacturers_;  ///< slug, by box
};

}  // namespace

void read_netbox(const std::vector<input>& files, const netbox_roles& roles, inventory& into, findings& out) {
    const auto objects = read_netbox_files(files, out);
    if (!out.errors().empty()) {
        return;  // what follows would only say that something is missing
    }
    inventory_builder builder(into, out);
    netbox_reader reader(objects, roles, builder, out);
    reader.read();
    reader.finish(into);
}

}  // namespace rollover::importing
