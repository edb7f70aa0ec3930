// The parts of a core in words: what `put_in_words` is made of.
#pragma once

#include "engine/placement/core.h"
#include "engine/placement/facts.h"
#include "engine/placement/placement.h"

#include <string>
#include <vector>

namespace rollover::placement {

using requirements = std::vector<const model::requirement*>;

/// " on a cross-connect"; empty for any medium.
[[nodiscard]] std::string via_words(model::link_via via);
/// " of 10g or more passing lacp".
[[nodiscard]] std::string needs_words(const model::link& l);

/// A core, unfolded: its nodes, their requirements in it, the devices that meet these.
class speaker {
public:
    speaker(const lab_facts& facts, const request& r, const core& c);

    reason speak();
    std::string advise() const;
    std::string spelling() const;

private:
    struct part {
        std::uint32_t node = 0;
        requirements needs;  ///< those of the core
        bit_set fitting;     ///< devices that meet those that speak of one device, available or not
        bit_set available;   ///< of these, what counts in this core
        bit_set missing;     ///< of these, what is not available
    };

    std::string about_one_node(const part& p) const;
    std::string nothing_meets(const part& p) const;
    std::string what_there_is(const model::requirement& r) const;
    std::string about_nodes() const;
    std::string about_consoles() const;
    std::string limits() const;
    bool devices_are_enough() const;
    std::string about_ports(const part& p) const;
    std::string about_one_link(std::uint32_t l) const;
    std::string about_interlinks() const;
    std::string everything() const;
    std::string not_available_too() const;
    std::string segments_in_use() const;
    const model::link* bad_wire() const;
    bool is_related(const part& p) const;

    bool ports_are_short(const part& p) const;
    std::vector<slot> slots_of(const part& p) const;
    std::size_t usable_ports(const part& p, rank d) const;
    std::string node_list() const;
    std::string name(const part& p) const { return request_.topology.nodes[p.node].name; }
    std::string lab_name() const { return "lab " + request_.lab.name; }

    const lab_facts& facts_;
    const request& request_;
    const core& core_;
    std::vector<part> parts_;
    std::vector<std::uint32_t> links_;
    bool relations_ = false;
    problem problem_;
};

}  // namespace rollover::placement
