// Any bytes as a file: the reader ends, and nothing of it acts on a terminal. Any bytes from a line: the cast that is
// written is plain ASCII, is read again, and gives the same bytes back.
#include "drivers/console/cast_events.h"
#include "drivers/console/cast_reader.h"
#include "drivers/console/cast_text.h"
#include "drivers/console/terminal_text.h"
#include "drivers/console/transcript_writer.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

using namespace rollover;
using namespace rollover::console;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

/// What is left of `text` when SGR sequences are taken out has no control characters but those that move in the line.
void require_harmless(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == 0x1b) {
            require(text.substr(i).starts_with("\x1b["));
            i = text.find_first_not_of("0123456789;:", i + 2);
            require(i != std::string_view::npos && text[i] == 'm');
            continue;
        }
        const bool moves = byte == '\r' || byte == '\n' || byte == '\b' || byte == '\t';
        require(moves || (byte >= 0x20 && byte != 0x7f));
        require(byte != 0xc2 || static_cast<unsigned char>(text[i + 1]) >= 0xa0);  // C1
    }
}

void read_as_file(const std::string& text) {
    std::istringstream in(text);
    cast_reader reader(in, "fuzz");
    if (!reader.header()) {
        return;
    }
    terminal_text filter(true);
    for (;;) {
        const auto event = reader.next();
        if (!event || !*event) {
            break;
        }
        require((*event)->at >= duration{});
        require(to_cast_text((*event)->text).size() >= (*event)->text.size());
        std::string shown = filter.feed((*event)->text);
        require_harmless(shown);
    }
    require_harmless(filter.end());
}

void write_and_read(std::string_view bytes) {
    transcript_writer writer("fuzz");
    writer.begin_file({}, {});
    time_point now{};
    std::string written;
    for (const char byte : bytes) {
        // A pause now and then: after '?' a short one, after '!' one that ends a piece.
        now += std::chrono::milliseconds(byte == '?' ? 20 : (byte == '!' ? 600 : 0));
        writer.bytes(transcript_writer::kind::received, {&byte, 1}, now);
        if (byte == '!') {
            const auto chunk = writer.take(now);
            written += chunk.header + chunk.events;
        }
    }
    const auto last = writer.take_all(now);
    written += last.header + last.events;
    require(writer.is_empty());
    std::istringstream in(written);
    cast_reader reader(in, "fuzz");
    std::string again;
    if (written.empty()) {
        require(bytes.empty());
        return;
    }
    require(reader.header().has_value());
    for (duration before{};;) {
        const auto event = reader.next();
        require(event.has_value());
        if (!*event) {
            break;
        }
        require((*event)->at >= before);
        before = (*event)->at;
        again += from_cast_text((*event)->text);
    }
    require(again == bytes);
    for (const char c : written) {
        require((c >= ' ' && c <= '~') || c == '\n');
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 2000));
    read_as_file(bytes);
    read_as_file("{\"version\": 2}\n" + bytes);
    write_and_read(bytes);
    terminal_text filter(size % 2 == 0);
    require_harmless(filter.feed(bytes) + filter.end());
    return 0;
}
