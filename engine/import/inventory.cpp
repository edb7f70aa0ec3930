#include "engine/import/inventory.h"

#include <fmt/format.h>
#include <utility>

namespace rollover::importing {

std::string_view name_of(box_kind k) noexcept {
    switch (k) {
        case box_kind::device: return "device";
        case box_kind::lab_switch: return "switch";
        case box_kind::converter: return "converter";
        case box_kind::cross_connect: return "cross-connect";
        case box_kind::segment: return "segment";
        case box_kind::unknown: break;
    }
    return "box of unknown kind";
}

void findings::wrong(const source_place& place, std::string what, std::string hint) {
    if (errors_.size() < most) {
        errors_.push_back({place, std::move(what), std::move(hint)});
    }
}

void findings::left_out(const source_place& place, const std::string& what, const std::string& hint) {
    if (const auto known = by_words_.find(what); known != by_words_.end()) {
        ++left_out_[known->second].count;
    } else if (left_out_.size() < most) {
        by_words_.emplace(what, left_out_.size());
        left_out_.push_back({{place, what, hint}, 1});
    }
}

diagnostics findings::remarks() const {
    diagnostics all;
    for (const auto& one : left_out_) {
        all.push_back(one.first);
        if (one.count > 1) {
            all.back().what += fmt::format(" (and {} more like it)", one.count - 1);
        }
    }
    return all;
}

std::uint32_t inventory_builder::box_of(const std::string& key, const std::string& name, const source_place& place) {
    const auto [found, is_new] = boxes_.try_emplace(key, static_cast<std::uint32_t>(into_.boxes.size()));
    if (is_new) {
        auto& made = into_.boxes.emplace_back();
        made.name = name;
        made.place = place;
    }
    return found->second;
}

std::uint32_t inventory_builder::port_of(std::uint32_t box, const std::string& name, const source_place& place) {
    const auto next = static_cast<std::uint32_t>(into_.ports.size());
    if (!name.empty()) {
        const auto [found, is_new] = ports_.try_emplace(std::to_string(box) + '\0' + name, next);
        if (!is_new) {
            return found->second;
        }
    }
    auto& made = into_.ports.emplace_back();
    made.box = box;
    made.name = name;
    made.place = place;
    return next;
}

void inventory_builder::join(std::uint32_t a, std::uint32_t b, const std::string& label, const source_place& place) {
    for (const auto end : {a, b}) {
        const auto& p = into_.ports[end];
        if (!p.cable) {
            continue;
        }
        auto& there = into_.cables[*p.cable];
        if ((there.a == a && there.b == b) || (there.a == b && there.b == a)) {
            if (there.label.empty()) {
                there.label = label;
            }
            return;
        }
        out_.wrong(
            place, fmt::format("port \"{}\" of \"{}\" has a cable already", p.name, into_.boxes[p.box].name),
            fmt::format("the other one is at {}; a port has one cable: correct the wrong one", to_string(there.place)));
        return;
    }
    if (a == b) {
        const auto& p = into_.ports[a];
        out_.wrong(place, fmt::format("both ends are port \"{}\" of \"{}\"", p.name, into_.boxes[p.box].name),
                   "say what is at the other end");
        return;
    }
    const auto index = static_cast<std::uint32_t>(into_.cables.size());
    into_.ports[a].cable = index;
    into_.ports[b].cable = index;
    into_.cables.push_back({a, b, label, place});
}

void inventory_builder::say(std::uint32_t box, said importing::box::* field, std::string_view word,
                            const std::string& value, const source_place& place) {
    said& known = into_.boxes[box].*field;
    if (value.empty() || known.value == value) {
        return;
    }
    if (!known.value.empty()) {
        out_.wrong(place,
                   fmt::format("{} of \"{}\" is \"{}\" here and \"{}\" elsewhere", word, into_.boxes[box].name, value,
                               known.value),
                   fmt::format("the other one is at {}; correct the wrong one", to_string(known.place)));
        return;
    }
    known = {value, place};
}

void inventory_builder::say_kind(std::uint32_t box, box_kind kind, const source_place& place) {
    auto& b = into_.boxes[box];
    if (kind == box_kind::unknown || b.kind == kind) {
        return;
    }
    if (b.kind != box_kind::unknown) {
        out_.wrong(place, fmt::format("\"{}\" is a {} here and a {} elsewhere", b.name, name_of(kind), name_of(b.kind)),
                   fmt::format("the other one is at {}; correct the wrong one", to_string(b.kind_place)));
        return;
    }
    b.kind = kind;
    b.kind_place = place;
}

}  // namespace rollover::importing
