#include "engine/survey/counting.h"

#include <bit>

namespace rollover::survey {

namespace {

/// Never 0: what counted nothing is no place.
std::size_t code_of(std::size_t place) noexcept {
    return place + 1;
}

}  // namespace

unsigned rounds_for(std::size_t places) noexcept {
    return static_cast<unsigned>(std::bit_width(places));
}

bool gets_frames(std::size_t place, unsigned round) noexcept {
    return (code_of(place) >> round & 1U) != 0;
}

std::optional<bool> has_counted(std::uint64_t growth) noexcept {
    constexpr std::uint64_t enough = frames_of_a_round - frames_of_a_round / 4;
    constexpr std::uint64_t noise = frames_of_a_round / 2;
    if (growth >= enough) {
        return true;
    }
    return growth <= noise ? std::optional(false) : std::nullopt;
}

std::optional<std::size_t> place_heard(std::span<const std::uint64_t> growth, std::size_t places) {
    std::size_t code = 0;
    for (std::size_t round = 0; round < growth.size(); ++round) {
        const auto counted = has_counted(growth[round]);
        if (!counted) {
            return std::nullopt;
        }
        code |= *counted ? std::size_t{1} << round : 0U;
    }
    return code == 0 || code > places ? std::nullopt : std::optional(code - 1);
}

}  // namespace rollover::survey
