#include "drivers/console/transcript_writer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace rollover::console {

namespace {

constexpr duration longest_pause = std::chrono::milliseconds(50);
constexpr std::size_t longest_piece = 4096;

}  // namespace

std::string escape_as_in_c(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const char byte : bytes) {
        switch (byte) {
            case '\r': out += "\\r"; break;
            case '\n': out += "\\n"; break;
            case '\t': out += "\\t"; break;
            case '\\': out += "\\\\"; break;
            default:
                if (byte >= ' ' && byte <= '~') {
                    out += byte;
                } else {
                    fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
                }
        }
    }
    return out;
}

bool transcript_writer::is_empty() const noexcept {
    return lines_.empty() && !received_.is_open() && !sent_.is_open();
}

transcript_writer::piece& transcript_writer::open_piece(kind direction, instant at) {
    piece& p = direction == kind::received ? received_ : sent_;
    if (p.is_open() && (p.direction != direction || at.monotonic - p.last > longest_pause)) {
        end(p);
    }
    if (!p.is_open()) {
        p.direction = direction;
        p.first = at;
    }
    p.last = at.monotonic;
    return p;
}

void transcript_writer::bytes(kind direction, std::string_view bytes, instant at) {
    const char line_end = direction == kind::received ? '\n' : '\r';
    for (const char byte : bytes) {
        piece& p = open_piece(direction, at);
        p.bytes.push_back(byte);
        if (byte == line_end || p.bytes.size() == longest_piece) {
            end(p);
        }
    }
}

void transcript_writer::secret(std::size_t length, instant at) {
    if (length > 0) {
        open_piece(kind::secret, at).secret += length;
    }
}

void transcript_writer::remark(std::string_view text, instant at) {
    end_pieces();
    write_line(at, kind::remark, escape_as_in_c(text));
}

void transcript_writer::end_pieces() {
    end(received_);
    end(sent_);
}

void transcript_writer::end(piece& p) {
    // Lines stand in the order of their beginnings.
    piece& other = &p == &received_ ? sent_ : received_;
    if (p.is_open() && other.is_open() && other.first.monotonic < p.first.monotonic) {
        end(other);
    }
    if (!p.is_open()) {
        return;
    }
    piece ended = std::exchange(p, piece{});
    if (ended.secret > 0) {
        write_line(ended.first, kind::secret, fmt::format("{} characters", ended.secret));
    } else {
        write_line(ended.first, ended.direction, escape_as_in_c(ended.bytes));
    }
}

void transcript_writer::write_line(instant at, kind what, std::string_view escaped) {
    const auto since = std::chrono::duration<double>(at.monotonic - opened_).count();
    const auto second = std::chrono::floor<std::chrono::seconds>(at.wall);
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(at.wall - second).count();
    const auto when = fmt::gmtime(static_cast<std::time_t>(second.time_since_epoch().count()));
    fmt::format_to(std::back_inserter(lines_), "{:%Y-%m-%dT%H:%M:%S}.{:03}Z {:.3f} {} {}\n", when, milliseconds, since,
                   static_cast<char>(what), escaped);
}

std::string transcript_writer::take_lines() {
    return std::exchange(lines_, {});
}

}  // namespace rollover::console
