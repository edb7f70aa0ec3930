// Every byte of a line in both directions, with times. Secrets are recorded as their length only (rule 9).
// File format: one line per piece, "<UTC time> <relative seconds> < | > <bytes, escaped as in C>", readable with less(1).
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
};

/// Appends to a file; pieces of the same direction within 50 ms are put together. Errors: io with the path.
/// The file is readable by its owner only.
[[nodiscard]] result<std::shared_ptr<transcript>> open_transcript(runtime& rt, const std::filesystem::path& file);

/// Keeps it in memory; for tests and for runs without a state folder. `text` grows in the same format.
[[nodiscard]] std::shared_ptr<transcript> make_memory_transcript(runtime& rt, std::shared_ptr<std::string> text);

}  // namespace rollover::console
