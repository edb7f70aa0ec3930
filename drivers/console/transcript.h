// Every byte of a line in both directions, with times. Secrets are recorded as their length only (rule 9).
// File format: one line per piece, "<UTC time> <seconds since opening> <kind> <bytes, escaped as in C>", readable with
// less(1). Kinds: '<' received, '>' sent, '-' a remark of ours, '*' a secret was sent ("8 characters").
#pragma once

#include "engine/runtime/runtime.h"

#include <filesystem>
#include <memory>
#include <string_view>

namespace rollover::console {

class transcript {
public:
    virtual ~transcript() = default;
    virtual void received(std::string_view bytes) = 0;
    virtual void sent(std::string_view bytes) = 0;
    virtual void sent_secret(std::size_t length) = 0;
    /// A remark of ours between the bytes: "opened rfc2217://...", "line state 0x12".
    virtual void remark(std::string_view text) = 0;
    /// Writes what is still held together. Errors: io, also of an earlier write; the words name the file.
    [[nodiscard]] virtual result<void> flush() = 0;
};

/// Appends to a file. A piece ends with its line (LF received, CR sent), after a pause of 50 ms in its direction, or at
/// 4096 bytes; its time is that of its first byte. On disk at most 1 s later, and when the transcript goes.
/// The file is readable by its owner only. Errors: io with the path.
[[nodiscard]] result<std::shared_ptr<transcript>> open_transcript(runtime& rt, const std::filesystem::path& file);

/// Keeps it in memory; for tests and for runs without a state folder. `text` grows in the same format, at flush or
/// after 1 s at the latest.
[[nodiscard]] std::shared_ptr<transcript> make_memory_transcript(runtime& rt, std::shared_ptr<std::string> text);

}  // namespace rollover::console
