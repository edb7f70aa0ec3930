// Looking at attachments of a cross-connect: marked frames are sent towards each, and the source addresses of what
// comes from there are collected. For `rollover lab survey`; nothing of it stays.
#pragma once

#include "drivers/crossconnect/crossconnect.h"
#include "engine/base/mac.h"

#include <span>

namespace rollover::crossconnect {

/// The names under which a survey is on a host end so ("a17/(survey)"), those of no link do.
inline constexpr std::string_view survey_suffix = "/(survey)";

/// What is said of one attachment when the looking begins.
struct look_result {
    enum class kind {
        looked_at,
        in_a_join,  ///< a join that stands uses it: it is left alone
        no_port,    ///< the host has no such port
    };
    kind what = kind::looked_at;
    std::string why;  ///< for people; empty when it is looked at
};

/// An attachment that is to be looked at, and the number of its mark.
struct marked_place {
    attachment where;
    unsigned number = 0;  ///< see `mark_of`
};

/// Frames towards one attachment.
struct frames_to {
    attachment where;
    unsigned count = 0;
};

/// Source addresses that came from one attachment, sorted.
struct sighting {
    attachment where;
    std::vector<mac_address> sources;
    bool operator==(const sighting&) const = default;
};

/// What is asked of the frames.
enum class call_kind {
    question,  ///< ICMPv6 echo requests to all nodes and ARP probes: whoever takes them answers
    count,     ///< ARP probes of nobody's address, to all stations: exactly so many, to be counted
    announce,  ///< LLDP and CDP of a neighbour whose name has the number of the mark ("rollover-7")
};

/// Errors of all functions: those of `crossconnect`.
class prober {
public:
    virtual ~prober() = default;
    /// Begins to look at all of `where`, under a name as joins have: "a17/(survey)". In the order of `where`. What it
    /// makes on the host goes by `end`, also by one of another process, and by itself where the host can do that.
    [[nodiscard]] virtual task<result<std::vector<look_result>>> begin(std::string name,
                                                                       std::vector<marked_place> where,
                                                                       time_point deadline) = 0;
    /// Whether it has a way to send those.
    [[nodiscard]] virtual bool can_send(call_kind what) const noexcept = 0;
    /// Sends frames towards attachments that are looked at; none of a kind that it cannot send.
    [[nodiscard]] virtual task<result<void>> send(call_kind what, std::vector<frames_to> frames,
                                                  time_point deadline) = 0;
    /// What has come until now from each attachment that is looked at; those of which nothing came are left out.
    [[nodiscard]] virtual task<result<std::vector<sighting>>> look(time_point deadline) = 0;
    /// Removes all that was made under `name`; nothing there is no error.
    [[nodiscard]] virtual task<result<void>> end(std::string name, time_point deadline) = 0;
};

/// The prober for `where.what`, on this host or over SSH.
[[nodiscard]] std::unique_ptr<prober> make_prober(runtime& rt, address where);

/// Bridges of the kernel: one for each attachment, frames by ping. So it cannot send announcements.
[[nodiscard]] std::unique_ptr<prober> make_linux_prober(runtime& rt, address where);

/// Open vSwitch: rules that learn the sources, frames by packet-out.
[[nodiscard]] std::unique_ptr<prober> make_openvswitch_prober(runtime& rt, address where);

/// The source address of marked frames: locally administered, 52:4f ("RO") and the number.
[[nodiscard]] mac_address mark_of(unsigned number) noexcept;
/// The number of a mark; nothing when it is none.
[[nodiscard]] std::optional<unsigned> number_of_mark(const mac_address& source) noexcept;

}  // namespace rollover::crossconnect
