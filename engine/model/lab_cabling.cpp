// Wires and segments: the cables of a lab that go past its switches.
#include "engine/model/lab_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace rollover::model {

void lab_reader::read_wire(element& e, std::optional<site_index> where) {
    fixed_medium wire;
    wires_.add(e, e.required("name", rules::name), static_cast<std::uint32_t>(lab_.wires.size()));
    read_ends(e, wire, "wire", where);
    if (const std::size_t ends = e.count("end"); ends != 2) {
        e.wrong(fmt::format("<wire> has {} <end>, not 2", ends), "a cable with more ends is a <segment>");
    } else if (wire.ends.size() == 2) {
        check_wire(e, wire);
    }
    lab_.wires.push_back(std::move(wire));
}

void lab_reader::read_segment(element& e, std::optional<site_index> where) {
    fixed_medium segment;
    segments_.add(e, e.required("name", rules::name), static_cast<std::uint32_t>(lab_.segments.size()));
    segment.passes = passes_of(e);
    read_ends(e, segment, "segment", where);
    if (e.count("end") < 2) {
        e.wrong("<segment> has fewer than 2 <end>",
                "one <end device=\"...\" interface=\"...\"/> for each interface on it");
    }
    lab_.segments.push_back(std::move(segment));
}

void lab_reader::read_ends(element& e, fixed_medium& medium, std::string_view kind, std::optional<site_index> where) {
    medium.name = e.raw("name").value_or("");
    medium.place = e.place();
    for (const pugi::xml_node child : e.children("end")) {
        element end(reading_, child);
        const auto found = read_end(end, where);
        if (!found) {
            continue;
        }
        const interface& i = lab_.at(*found);
        if (i.port || i.line) {
            end.wrong("interface",
                      fmt::format("{} is cabled to a {} already", name_of(lab_, *found),
                                  i.port ? "switch port" : "converter line"),
                      fmt::format("see line {}; an interface has one cable: take it off there or out of this {}",
                                  i.place.line, kind));
        }
        if (kind == "segment" && i.type != interface_type::ethernet) {
            end.wrong("interface",
                      fmt::format("{} on segment {} is serial", name_of(lab_, *found), in_quotes(medium.name)),
                      "only ethernet interfaces share a segment");
        }
        used_interfaces_.take(end, "interface", pair_key(found->device.value, found->interface),
                              [&] { return "interface " + name_of(lab_, *found); });
        medium.ends.push_back(*found);
    }
    e.finish({"end"});
}

std::optional<interface_reference> lab_reader::read_end(element& e, std::optional<site_index> where) {
    const auto device_name = e.required("device", rules::name);
    const auto name = e.required("interface", rules::port);
    e.finish();
    const auto device = devices_.resolve(e, "device", device_name);
    if (!device || name.empty()) {
        return std::nullopt;
    }
    const model::device& d = lab_.devices[*device];
    const auto& names = interface_names_[*device];
    const auto found = std::ranges::lower_bound(names, name, {}, &std::pair<std::string_view, std::uint32_t>::first);
    if (found == names.end() || found->first != name) {
        constexpr std::size_t few = 64;
        std::vector<std::string> known;
        for (const auto& i : d.interfaces) {
            if (known.size() < few) {
                known.push_back(i.name);
            }
        }
        e.wrong("interface", fmt::format("device {} has no interface {}", in_quotes(device_name), in_quotes(name)),
                e.out().nearest(name, known, fmt::format("it has {}", fmt::join(known, ", "))));
        return std::nullopt;
    }
    if (where) {
        same_site(e, "device", *where, d.site, "the device");
    }
    return interface_reference{device_index{*device}, found->second};
}

void lab_reader::check_wire(const element& e, const fixed_medium& wire) const {
    if (lab_.at(wire.ends[0]).type != lab_.at(wire.ends[1]).type) {
        e.wrong(fmt::format("wire {} joins an ethernet and a serial interface", in_quotes(wire.name)),
                "both ends are of one type");
    }
    if (wire.ends[0].device == wire.ends[1].device) {
        e.wrong(fmt::format("wire {} joins a device with itself", in_quotes(wire.name)),
                "no link can use it; remove it");
    }
}

}  // namespace rollover::model
