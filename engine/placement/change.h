// One thing that could be changed so that an impossible topology can be placed after all.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/model/topology.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::placement {

/// In the order of their cost, the cheapest first: waiting, then what a person does in the lab, then what the author
/// gives up, from how a link is made to what the topology is.
enum class change_kind {
    wait_for_device,   ///< in use now
    wait_for_segment,  ///< in use now
    release_device,    ///< from quarantine
    free_interface,    ///< a link end may be on any interface
    lower_speed,       ///< of a link: `value` Mbit/s instead; 0: any
    lower_capacity,    ///< of a requirement: `value` instead
    any_medium,        ///< anything may carry the link
    drop_traffic,      ///< of what a link needs: without the frames in `value` (bits of model::traffic_set)
    drop_site,         ///< the node may be anywhere: without one requirement on its site
    drop_device,       ///< without one requirement that pins or forbids a device
    drop_capacity,     ///< without one requirement of this kind; so are the next three
    drop_model,
    drop_feature,
    drop_platform,
    drop_link,
    drop_node,  ///< with its links, and what other nodes ask about its site
};

struct change {
    change_kind what = change_kind::wait_for_device;
    std::uint32_t index = 0;  ///< of the device, segment, link or node
    std::uint32_t part = 0;   ///< the end of the link, or the requirement of the node
    std::uint32_t value = 0;
    source_place place;  ///< in the topology's file; empty for devices and segments
    std::string text;    ///< "node A: do without feature ipsec (t.xml:3:5)"
};

/// Two changes of one cost are equally cheap.
[[nodiscard]] constexpr int cost_of(change_kind k) noexcept {
    return static_cast<int>(k);
}
/// "wait-for-device": for programs.
[[nodiscard]] std::string_view name_of(change_kind k) noexcept;

/// Whether all that an impossible topology misses is something else's now.
enum class verdict {
    unknown,      ///< not found out within the bound
    never,        ///< not even if all of the lab was free
    in_use,       ///< as soon as all that is in use is free again
    quarantined,  ///< not while what is in quarantine stays there
};
/// "never", "in-use", "quarantined"; empty for `unknown`.
[[nodiscard]] std::string_view name_of(verdict v) noexcept;

/// What is asked for, and what of the lab can be had.
struct asked {
    model::topology topology;
    std::set<model::device_index> unavailable;
    std::map<std::uint32_t, std::string> unavailable_segments;
};

/// Carries the change out.
void apply(const change& c, asked& to);

/// All changes of one kind that could help a topology in this lab, in the order of the file; their texts are empty.
/// `value` of those that lower something stands from the least lowering on.
[[nodiscard]] std::vector<change> changes_of(change_kind k, const model::lab& lab, const asked& of,
                                             const std::set<model::device_index>& quarantined);

}  // namespace rollover::placement
