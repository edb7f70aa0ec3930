// Puts what passes on a line together into the events of a cast. Time is handed in with every call; where the text goes
// is somebody else's.
#pragma once

#include "engine/runtime/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollover::console {

/// What is handed over at once to whoever keeps it.
struct transcript_chunk {
    std::string header;         ///< not empty: a new file begins with it
    std::string events;         ///< whole lines
    std::uint64_t bytes = 0;    ///< bytes of the line and of remarks that `events` holds
    std::uint64_t dropped = 0;  ///< such bytes that should stand before `events` and are lost
    duration from{};            ///< when, in the file's time, the chunk before was taken

    [[nodiscard]] bool is_empty() const noexcept { return events.empty() && dropped == 0; }
    /// What it takes in memory, about.
    [[nodiscard]] std::size_t cost() const noexcept { return sizeof(*this) + header.size() + events.size(); }
};

class transcript_writer {
public:
    enum class kind : char { received = 'o', sent = 'i', remark = 'm' };

    /// `title`: whose transcript it is, for the header.
    explicit transcript_writer(std::string title) : title_(std::move(title)) {}

    /// From here on events belong to a new file, whose header goes with the next chunk. Only at first, or after a take.
    /// The header has whole seconds; its timestamp and an event's time together are the wall-clock time of the event.
    void begin_file(wall_time wall, time_point now);
    /// From here on events belong to a file that is there already: `now` is `since_begin` after its timestamp.
    void continue_file(duration since_begin, time_point now);

    void bytes(kind direction, std::string_view bytes, time_point at);
    /// A secret of which only the length is known here.
    void secret(std::size_t length, time_point at);
    void remark(std::string_view text, time_point at);

    /// Ends the pieces that are open, and gives everything since the last chunk; an empty chunk when there is nothing.
    /// Only a UTF-8 sequence whose rest may still come stays here, for a second.
    [[nodiscard]] transcript_chunk take(time_point now);
    /// As take, at the end: nothing stays.
    [[nodiscard]] transcript_chunk take_all(time_point now);
    /// Forgets what take would give; the next chunk says how much that was.
    void drop(time_point now);

    /// Nothing to take, now or later.
    [[nodiscard]] bool is_empty() const noexcept;
    /// Size of the finished events.
    [[nodiscard]] std::size_t held() const noexcept { return events_.size(); }

private:
    struct piece {
        time_point first{};
        time_point last{};
        std::string bytes;
        std::size_t secret = 0;
        [[nodiscard]] bool is_open() const noexcept { return !bytes.empty() || secret > 0; }
    };
    enum class cut_sequence { stays, ends };

    void end(piece& p, time_point now, cut_sequence how);
    void end_pieces(time_point now, cut_sequence how);
    void open_piece(piece& p, time_point at);
    void write_event(time_point at, kind what, std::string_view text);
    [[nodiscard]] duration in_file(time_point at) const { return at - begun_; }

    std::string title_;
    time_point begun_{};  // the zero of the file's times
    piece received_;
    piece sent_;
    std::string header_;
    std::string events_;
    std::uint64_t bytes_ = 0;  // of the line and of remarks, in events_
    std::uint64_t dropped_ = 0;
    time_point taken_at_{};
};

}  // namespace rollover::console
