// Which attachment an interface hears, told by its receive counter alone: in each round only some attachments get
// frames, so that over all rounds no two get them in the same ones. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rollover::survey {

/// Towards one attachment in one round: more than a switch sends by itself meanwhile (a BPDU each 2 s, LLDP, CDP).
inline constexpr unsigned frames_of_a_round = 24;

/// How many rounds tell `places` attachments apart.
[[nodiscard]] unsigned rounds_for(std::size_t places) noexcept;

/// Whether attachment number `place` (from 0) gets frames in `round` (from 0). Each gets some in at least one.
[[nodiscard]] bool gets_frames(std::size_t place, unsigned round) noexcept;

/// Whether a counter that has grown by `growth` in one round has counted its frames; nothing: neither clearly.
[[nodiscard]] std::optional<bool> has_counted(std::uint64_t growth) noexcept;

/// The attachment that explains how much a counter has grown in each round; nothing: it counted none, or it is not
/// clear.
[[nodiscard]] std::optional<std::size_t> place_heard(std::span<const std::uint64_t> growth, std::size_t places);

}  // namespace rollover::survey
