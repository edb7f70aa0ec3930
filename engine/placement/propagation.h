// What follows from a decision: domains are narrowed until nothing more follows, or a contradiction shows.
// Every rule only ever removes what no answer can have, so the search on top stays complete.
#pragma once

#include "engine/placement/interfaces.h"
#include "engine/placement/interlinks.h"
#include "engine/placement/matching.h"
#include "engine/placement/ports.h"
#include "engine/placement/state.h"
#include "engine/placement/trunks.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace rollover::placement {

class propagation {
public:
    /// More media than this to look at in one link: look at all of them in one go.
    static constexpr std::size_t many_media = 64;

    explicit propagation(const problem& p);
    propagation(const propagation&) = delete;
    propagation& operator=(const propagation&) = delete;

    [[nodiscard]] const search_state& at() const noexcept { return state_; }

    /// Everything that follows from the problem alone. False: there is no answer.
    [[nodiscard]] bool start();
    // Decisions, with all that follows. False: contradiction, undo needed.
    [[nodiscard]] bool decide_device(std::uint32_t node, rank d);
    [[nodiscard]] bool decide_medium(std::uint32_t link, medium m);
    /// Takes devices from a node: it was shown that they lead nowhere.
    [[nodiscard]] bool exclude(std::uint32_t node, const std::vector<rank>& devices);
    /// Keeps only these devices, or takes them from the node.
    [[nodiscard]] bool decide_devices(std::uint32_t node, const bit_set& these, bool keep);
    /// The same for all nodes at once, which is far less work than one after the other.
    [[nodiscard]] bool keep_all(const std::vector<bit_set>& domains);
    [[nodiscard]] bool exclude_medium(std::uint32_t link, medium m);

    [[nodiscard]] std::size_t mark() const noexcept { return state_.mark(); }
    void undo(std::size_t mark);

    /// How much trouble a node made so far: contradictions at it and at its links, at least 1.
    [[nodiscard]] std::uint64_t weight_of(std::uint32_t node) const;
    /// With all devices and media decided: the interfaces of a node, by its slots.
    [[nodiscard]] std::vector<std::uint32_t> interfaces_of(std::uint32_t node);
    /// The same for all nodes, where what one takes matters to another: nothing when no choice keeps trunks and
    /// interlinks within what they take, or, with `gave_up`, when `steps` were not enough to find one.
    [[nodiscard]] std::optional<interface_choice> choose_interfaces(std::uint64_t steps) {
        return interfaces_.choose(state_, trunks_, steps);
    }
    [[nodiscard]] bool interfaces_matter() const noexcept { return interfaces_.matters(); }
    [[nodiscard]] bool gave_up() const noexcept { return interfaces_.gave_up(); }

    [[nodiscard]] const interlink_rule& interlinks() const noexcept { return interlinks_; }

private:
    /// A wire as a link sees it: its ends, and which way round their interfaces do.
    struct wire_way {
        rank a = 0;
        rank b = 0;
        bool straight = false;
        bool turned = false;
    };
    [[nodiscard]] bool run();
    [[nodiscard]] bool node_changed(std::uint32_t node);
    [[nodiscard]] bool link_changed(std::uint32_t link);
    [[nodiscard]] bool claim_device(std::uint32_t node);
    [[nodiscard]] bool claim_console(std::uint32_t node);
    [[nodiscard]] bool consoles_suffice() const;
    [[nodiscard]] bool narrow_link(std::uint32_t link);
    [[nodiscard]] bool narrow_all(std::uint32_t link);
    [[nodiscard]] bool narrow_at(std::uint32_t link, medium m);
    [[nodiscard]] bool narrow_relation(const relation& r);
    [[nodiscard]] bool narrow_homes();
    [[nodiscard]] bool check_ports(std::uint32_t node);
    [[nodiscard]] bool ports_fit(std::uint32_t node, rank d);
    [[nodiscard]] bool admit(std::uint32_t link, medium m);
    void admit_joined(std::uint32_t link, medium m);
    [[nodiscard]] bool is_straight(std::uint32_t link, std::size_t end, medium m) const;
    [[nodiscard]] bool is_across(std::uint32_t link, std::size_t end, medium m) const;
    [[nodiscard]] bool joins(std::uint32_t link, medium m) const;
    void read_wires();
    [[nodiscard]] std::pair<bool, bool> ways_of(std::uint32_t link, medium m) const;
    [[nodiscard]] bool admit_wire(std::uint32_t link, medium m);
    [[nodiscard]] bool admit_segment(const problem_link& l, std::span<const media_end> ends);
    [[nodiscard]] bool supported(std::uint32_t link, medium m) const;
    [[nodiscard]] bool serves(std::uint32_t link, std::uint32_t end, rank d) const;
    [[nodiscard]] bool can_end(const problem_end& e, const problem_link& l, const media_end& at) const;
    void touch_node(std::uint32_t node);
    void touch_link(std::uint32_t link);
    void touch_medium(std::uint32_t link, medium m);
    void touch_lost_devices();
    void touch_media_of(const slot& s, rank d);

    const problem& problem_;
    const lab_facts& facts_;
    search_state state_;
    node_matching matching_;
    port_matcher ports_;
    std::vector<std::vector<const joined_reach*>> reach_;                  ///< by link and end
    std::vector<std::shared_ptr<const std::vector<wire_way>>> wire_ways_;  ///< by link and medium; null: not two ends
    std::vector<std::vector<std::uint32_t>> relations_of_;                 ///< by node
    std::vector<std::uint64_t> node_weight_;
    std::vector<std::uint64_t> link_weight_;
    std::deque<std::uint32_t> waiting_links_;
    std::vector<char> link_waits_;
    std::vector<std::vector<medium>> waiting_media_;  ///< by link: where to look; too many: everywhere
    std::vector<std::uint32_t> waiting_nodes_;        ///< whose ports are to be looked at
    std::vector<char> node_waits_;
    bool matching_waits_ = true;
    trunk_rule trunks_;
    interface_chooser interfaces_;
    bool trunks_wait_ = true;
    interlink_rule interlinks_;
    bool interlinks_wait_ = true;
    std::vector<bit_set> on_converter_;  ///< by converter: its devices; empty unless some are limited
    std::vector<bit_set> allowed_;       ///< by end: devices that some medium still allows, while a link is narrowed
};

}  // namespace rollover::placement
