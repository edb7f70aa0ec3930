// Every byte of a line in both directions, with times, as an asciinema v2 cast: JSON lines that any player shows
// (https://docs.asciinema.org/manual/asciicast/v2/).
//   {"version": 2, "width": 80, "height": 24, "timestamp": 1767225600, "title": "device r1 (line cs1/1)"}
//   [0.250, "o", "..."]   received; "i": sent; "m": a remark of ours
// The timestamp and an event's time together are the UTC time of its first byte. Bytes that are not UTF-8 stand as
// cast_text.h says. Of a secret only the length is known here, it is a remark (rule 9). The file is plain ASCII without
// controls, so it can be looked at with any pager.
#pragma once

#include "engine/runtime/runtime.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace rollover::console {

class transcript {
public:
    virtual ~transcript() = default;
    virtual void received(std::string_view bytes) = 0;
    virtual void sent(std::string_view bytes) = 0;
    virtual void sent_secret(std::size_t length) = 0;
    /// A remark of ours between the bytes: "opened rfc2217://...", "line state 0x12". At most 4096 bytes are kept.
    virtual void remark(std::string_view text) = 0;
    /// Waits until all is kept, until `deadline` at most; not cancellable. Errors: io, also of earlier writes, the
    /// words name the file; timed_out: the disk hangs, the rest is written when it goes on.
    [[nodiscard]] virtual task<result<void>> flush(time_point deadline) = 0;
};

struct transcript_options {
    transcript_options(std::filesystem::path where, std::string whose)
        : file(std::move(where)), title(std::move(whose)) {}

    std::filesystem::path file;                         ///< NAME.cast; older ones are NAME.1.cast, NAME.2.cast, ...
    std::string title;                                  ///< for the header: "device r1 (line cs1/1)"
    std::uint64_t file_size = std::uint64_t{8} << 20U;  ///< a file that has reached it is followed by a new one
    unsigned older = 4;                                 ///< how many older files are kept
    std::size_t waiting = std::size_t{128} << 10U;      ///< bytes that may wait for the disk: 2 minutes at 9600 baud
};

/// Appends to a cast that is there, and begins a new one when there is none or it is full or damaged. A piece ends with
/// its line (LF received, CR sent), after a pause of 50 ms in its direction, or at 4096 bytes; its time is that of its
/// first byte. Handed to the disk at most 1 s later, and when the transcript goes. Writing is done in the background of
/// the runtime, so a disk that is slow, hangs or is full never holds up the line: what does not fit into the memory
/// that waits for it is lost, and a remark says how much. The files are readable by their owner only. Errors: io with
/// the path; timed_out at `deadline`. Not cancellable.
[[nodiscard]] task<result<std::shared_ptr<transcript>>> open_transcript(runtime& rt, transcript_options options,
                                                                        time_point deadline);

/// Keeps it in memory; for tests and for runs without a state folder. `text` grows as the file would, at flush or after
/// 1 s at the latest.
[[nodiscard]] std::shared_ptr<transcript> make_memory_transcript(runtime& rt, std::shared_ptr<std::string> text);

}  // namespace rollover::console
