// Which interface was seen where: the look-ups that the comparison needs, and the words for places.
#pragma once

#include "engine/survey/observation.h"

#include <map>
#include <set>

namespace rollover::survey {

/// Of one observation, which must outlive it.
class evidence {
public:
    evidence(const model::lab& lab, const observation& o);

    /// The spots where an interface was seen.
    struct placing {
        std::vector<std::size_t> right;  ///< where the lab file has it
        std::vector<std::size_t> wrong;  ///< where it has another one
    };
    [[nodiscard]] const placing& places(model::interface_reference who) const;
    /// The spots where the lab file has it, one for each trunk of its switch.
    [[nodiscard]] const std::vector<std::size_t>& expected(model::interface_reference who) const;
    [[nodiscard]] bool is_expected(model::interface_reference who, std::size_t spot) const;

    /// Whether its device was asked, and has said something of it.
    [[nodiscard]] bool answered(model::interface_reference who) const;
    [[nodiscard]] const interface_seen& of(model::interface_reference who) const { return *interfaces_.at(who); }

    /// Whether any interface that was asked has this address.
    [[nodiscard]] bool is_known(const mac_address& source) const { return owners_.contains(source); }

    /// From the interface that should be where `who` is, to the one that should be where that is, and so on, until it
    /// comes back to `who`, which is the first; empty when it does not.
    [[nodiscard]] std::vector<model::interface_reference> ring_from(model::interface_reference who) const;

    /// Whether a frame of anybody but our own came over this trunk.
    [[nodiscard]] bool something_came_over(const model::trunk* trunk) const { return alive_.contains(trunk); }
    /// Spots that were left alone because joins stand there.
    [[nodiscard]] std::size_t places_left_alone() const { return left_alone_; }

private:
    void place_interfaces();
    [[nodiscard]] std::optional<std::size_t> moved_to(model::interface_reference who) const;

    const observation& o_;
    std::map<model::interface_reference, const interface_seen*> interfaces_;
    std::map<model::interface_reference, std::vector<std::size_t>> expected_;
    std::map<model::interface_reference, placing> places_;
    std::map<mac_address, std::vector<model::interface_reference>> owners_;
    std::set<const model::trunk*> alive_;
    std::size_t left_alone_ = 0;
};

/// How places are called.
class place_words {
public:
    place_words(const model::lab& lab, const observation& o) : lab_(lab), o_(o) {}

    /// "port Gi0/1 of switch sw1".
    [[nodiscard]] std::string port_of(std::size_t spot) const;
    /// "port Gi0/1 of switch sw1 (VLAN 101)"; with the cross-connect where the switch has several trunks.
    [[nodiscard]] std::string place_of(std::size_t spot) const;
    /// "trunk Gi0/24 of switch sw1 to cross-connect xc1".
    [[nodiscard]] std::string trunk_of(std::size_t spot) const;
    [[nodiscard]] std::string owner_of(std::size_t spot) const { return name_of(lab_, o_.spots[spot].whose); }
    [[nodiscard]] std::string look_at(std::size_t spot) const;
    /// Of an interface that is on no switch: "wire w1", "no cable".
    [[nodiscard]] std::string elsewhere(model::interface_reference who) const;
    [[nodiscard]] std::string names(const std::vector<model::interface_reference>& all) const;

private:
    const model::lab& lab_;
    const observation& o_;
};

}  // namespace rollover::survey
