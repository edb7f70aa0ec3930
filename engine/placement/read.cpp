#include "engine/placement/read.h"

#include "engine/placement/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::placement {

namespace {

using written = nlohmann::json;

constexpr auto how_it_is_made = "rollover place TOPOLOGY --lab LAB --json writes such a file";

/// The index of the element of this name.
template <class Items>
std::optional<std::uint32_t> index_of(const Items& items, const std::string& name) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const auto& one) { return one.name == name; });
    if (found == items.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(found - items.begin());
}

/// Reads one placement; what is wrong is thrown as a failure and caught in `read_placement`, in the same file.
class placement_reader {
public:
    placement_reader(const model::lab& lab, const model::topology& topology) : lab_(lab), topology_(topology) {}

    placement read(const written& all) {
        if (!all.is_object()) {
            refuse("", "is not a JSON object");
        }
        of_this("lab", text(all, "", "lab"), lab_.name);
        of_this("topology", text(all, "", "topology"), topology_.name);
        placement p;
        p.devices.resize(topology_.nodes.size());
        p.links.resize(topology_.links.size());
        each(all, "nodes", topology_.nodes, "node",
             [&](const written& one, const std::string& where, std::uint32_t n) { p.devices[n] = device(one, where); });
        each(all, "links", topology_.links, "link", [&](const written& one, const std::string& where, std::uint32_t l) {
            p.links[l] = link(one, where, topology_.links[l]);
        });
        return p;
    }

private:
    [[noreturn]] static void refuse(const std::string& where, const std::string& what, errc code = errc::bad_input) {
        throw failure(code, where.empty() ? "the placement " + what : where + " of the placement " + what)
            .advise(how_it_is_made);
    }

    static void of_this(const char* kind, const std::string& theirs, const std::string& ours) {
        if (theirs != ours) {
            refuse("", fmt::format("is of the {} {}, not of {}", kind, theirs, ours));
        }
    }

    static const std::string& text(const written& of, const std::string& where, const char* name) {
        const auto found = of.is_object() ? of.find(name) : of.end();
        if (!of.is_object() || found == of.end() || !found->is_string()) {
            refuse(where, fmt::format("has no text \"{}\"", name));
        }
        return found->get_ref<const std::string&>();
    }

    static const written& array(const written& of, const std::string& where, const char* name) {
        const auto found = of.find(name);
        if (found == of.end() || !found->is_array()) {
            refuse(where, fmt::format("has no array \"{}\"", name));
        }
        return *found;
    }

    /// Every node (link) of the topology once.
    template <class Items, class Take>
    void each(const written& all, const char* list, const Items& items, const char* kind, Take take) {
        std::vector<bool> seen(items.size(), false);
        std::size_t at = 0;
        for (const written& one : array(all, "", list)) {
            const std::string where = fmt::format("{}[{}]", list, at++);
            const std::string& name = text(one, where, kind);
            const auto index = index_of(items, name);
            if (!index) {
                refuse(where, fmt::format("is about {} {}, which the topology does not have", kind, name));
            }
            if (seen[*index]) {
                refuse(where, fmt::format("is about {} {} a second time", kind, name));
            }
            seen[*index] = true;
            take(one, where, *index);
        }
        const auto left_out = std::find(seen.begin(), seen.end(), false);
        if (left_out != seen.end()) {
            const auto index = static_cast<std::size_t>(left_out - seen.begin());
            refuse("", fmt::format("says nothing of {} {}", kind, items[index].name));
        }
    }

    model::device_index device(const written& one, const std::string& where) {
        const std::string& name = text(one, where, "device");
        const auto found = model::find_device(lab_, name);
        if (!found) {
            refuse(where, fmt::format("names device {}, which the lab does not have", name), errc::not_found);
        }
        return *found;
    }

    placed_link link(const written& one, const std::string& where, const model::link& l) {
        placed_link out;
        out.by = by(one, where);
        const written& ends = array(one, where, "ends");
        if (ends.size() != l.ends.size()) {
            refuse(where, fmt::format("has {} ends, link {} has {}", ends.size(), l.name, l.ends.size()));
        }
        for (std::size_t e = 0; e < ends.size(); ++e) {
            const std::string here = fmt::format("{}.ends[{}]", where, e);
            const std::string& node = text(ends[e], here, "node");
            if (node != topology_.at(l.ends[e].node).name) {
                refuse(here, fmt::format("is of node {}, end {} of link {} is of node {}", node, e + 1, l.name,
                                         topology_.at(l.ends[e].node).name));
            }
            const auto d = device(ends[e], here);
            const std::string& name = text(ends[e], here, "interface");
            const auto i = index_of(lab_.at(d).interfaces, name);
            if (!i) {
                refuse(here, fmt::format("names {} {}, an interface that the lab does not have", lab_.at(d).name, name),
                       errc::not_found);
            }
            out.ends.push_back({d, *i});
        }
        return out;
    }

    carrier by(const written& one, const std::string& where) {
        using kind = carrier::kind;
        const std::string& what = text(one, where, "carrier");
        const std::string& name = text(one, where, "name");
        carrier out;
        std::optional<std::uint32_t> found;
        const auto kinds = {kind::cross_connect, kind::wire, kind::segment, kind::patch};
        const auto k =
            std::find_if(kinds.begin(), kinds.end(), [&](kind one_kind) { return name_of(one_kind) == what; });
        if (k == kinds.end()) {
            refuse(where, fmt::format("has an unknown carrier \"{}\"", what));
        }
        out.what = *k;
        switch (out.what) {
            case kind::cross_connect: found = index_of(lab_.cross_connects, name); break;
            case kind::wire: found = index_of(lab_.wires, name); break;
            case kind::segment: found = index_of(lab_.segments, name); break;
            case kind::patch: found = index_of(lab_.sites, name); break;
        }
        if (!found) {
            refuse(where, fmt::format("names {} {}, which the lab does not have", what, name), errc::not_found);
        }
        if (out.what == kind::cross_connect) {
            out.cross_connect.value = *found;
        } else {
            out.medium = *found;
        }
        return out;
    }

    const model::lab& lab_;
    const model::topology& topology_;
};

}  // namespace

result<placement> read_placement(const model::lab& lab, const model::topology& topology, std::string_view text) {
    const written all = written::parse(text, nullptr, false);
    if (all.is_discarded()) {
        return failure(errc::bad_input, "the placement is not JSON").advise(how_it_is_made);
    }
    try {
        return placement_reader(lab, topology).read(all);
    } catch (failure& wrong) {
        return std::move(wrong);
    }
}

}  // namespace rollover::placement
