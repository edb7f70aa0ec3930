// Puts bytes together into the lines of a transcript. Time is handed in with every call; where the lines go is a
// function.
#pragma once

#include "engine/runtime/time.h"

#include <string>
#include <string_view>

namespace rollover::console {

/// Both clocks at one instant.
struct instant {
    time_point monotonic;
    wall_time wall;
};

class transcript_writer {
public:
    enum class kind : char { received = '<', sent = '>', secret = '*', remark = '-' };

    explicit transcript_writer(time_point opened) : opened_(opened) {}

    void bytes(kind direction, std::string_view bytes, instant at);
    void secret(std::size_t length, instant at);
    void remark(std::string_view text, instant at);

    /// Ends the pieces that are still open.
    void end_pieces();
    /// Finished lines since the last call.
    [[nodiscard]] std::string take_lines();
    [[nodiscard]] bool is_empty() const noexcept;
    /// Bytes of finished lines.
    [[nodiscard]] std::size_t held() const noexcept { return lines_.size(); }

private:
    struct piece {
        kind direction = kind::received;
        instant first{};
        time_point last{};
        std::string bytes;
        std::size_t secret = 0;
        [[nodiscard]] bool is_open() const noexcept { return !bytes.empty() || secret > 0; }
    };

    piece& open_piece(kind direction, instant at);
    void end(piece& p);
    void write_line(instant at, kind what, std::string_view escaped);

    time_point opened_;
    piece received_;
    piece sent_;
    std::string lines_;
};

/// `bytes` as they would stand in a C string; what is not printable ASCII as \r \n \t or \xNN (always two digits).
[[nodiscard]] std::string escape_as_in_c(std::string_view bytes);

}  // namespace rollover::console
