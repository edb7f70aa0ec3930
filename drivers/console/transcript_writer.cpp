#include "drivers/console/transcript_writer.h"

#include "drivers/console/cast_events.h"
#include "drivers/console/cast_text.h"

#include <fmt/format.h>
#include <utility>

namespace rollover::console {

namespace {

constexpr duration longest_pause = std::chrono::milliseconds(50);
constexpr duration longest_cut = std::chrono::seconds(1);
constexpr std::size_t longest_piece = 4096;

}  // namespace

void transcript_writer::begin_file(wall_time wall, time_point now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(wall);
    header_ = cast_header_line(second, title_);
    begun_ = now - (wall - second);
    taken_at_ = now;
}

void transcript_writer::continue_file(duration since_begin, time_point now) {
    begun_ = now - since_begin;
    taken_at_ = now;
}

bool transcript_writer::is_empty() const noexcept {
    return events_.empty() && dropped_ == 0 && !received_.is_open() && !sent_.is_open();
}

void transcript_writer::open_piece(piece& p, time_point at) {
    if (p.is_open() && at - p.last > longest_pause) {
        end(p, at, at - p.last < longest_cut ? cut_sequence::stays : cut_sequence::ends);
    }
    if (!p.is_open()) {
        p.first = at;
    }
    p.last = at;
}

void transcript_writer::bytes(kind direction, std::string_view bytes, time_point at) {
    piece& p = direction == kind::received ? received_ : sent_;
    const char line_end = direction == kind::received ? '\n' : '\r';
    if (p.secret > 0) {
        end(p, at, cut_sequence::ends);
    }
    for (const char byte : bytes) {
        open_piece(p, at);
        p.bytes.push_back(byte);
        if (byte == line_end || p.bytes.size() >= longest_piece) {
            end(p, at, cut_sequence::stays);
        }
    }
}

void transcript_writer::secret(std::size_t length, time_point at) {
    if (length == 0) {
        return;
    }
    if (!sent_.bytes.empty()) {
        end(sent_, at, cut_sequence::ends);
    }
    open_piece(sent_, at);
    sent_.secret += length;
}

void transcript_writer::remark(std::string_view text, time_point at) {
    end_pieces(at, cut_sequence::stays);
    text = text.substr(0, longest_piece);
    bytes_ += text.size();
    write_event(at, kind::remark, text);
}

void transcript_writer::end_pieces(time_point now, cut_sequence how) {
    end(received_, now, how);
    end(sent_, now, how);
}

void transcript_writer::end(piece& p, time_point now, cut_sequence how) {
    // Events stand in the order of their beginnings.
    piece& other = &p == &received_ ? sent_ : received_;
    if (p.is_open() && other.is_open() && other.first < p.first) {
        end(other, now, how);
    }
    if (!p.is_open()) {
        return;
    }
    piece ended = std::exchange(p, piece{});
    const kind direction = &p == &received_ ? kind::received : kind::sent;
    if (ended.secret > 0) {
        bytes_ += ended.secret;
        write_event(ended.first, kind::remark, fmt::format("a secret was sent: {} characters", ended.secret));
        return;
    }
    const std::size_t cut = how == cut_sequence::stays ? cut_sequence_at_end(ended.bytes) : 0;
    if (cut > 0) {
        p = {now, ended.last, ended.bytes.substr(ended.bytes.size() - cut), 0};
        ended.bytes.resize(ended.bytes.size() - cut);
    }
    if (!ended.bytes.empty()) {
        bytes_ += ended.bytes.size();
        write_event(ended.first, direction, ended.bytes);
    }
}

void transcript_writer::write_event(time_point at, kind what, std::string_view text) {
    events_ += cast_event_line(in_file(at), static_cast<char>(what), text);
}

transcript_chunk transcript_writer::take(time_point now) {
    // A sequence that was cut too long ago does not become whole any more.
    end(received_, now, now - received_.last < longest_cut ? cut_sequence::stays : cut_sequence::ends);
    end(sent_, now, now - sent_.last < longest_cut ? cut_sequence::stays : cut_sequence::ends);
    if (events_.empty() && dropped_ == 0) {
        return {};
    }
    const time_point from = std::exchange(taken_at_, now);
    return {std::exchange(header_, {}), std::exchange(events_, {}), std::exchange(bytes_, 0),
            std::exchange(dropped_, 0), in_file(from)};
}

transcript_chunk transcript_writer::take_all(time_point now) {
    end_pieces(now, cut_sequence::ends);
    return take(now);
}

void transcript_writer::drop(time_point now) {
    end_pieces(now, cut_sequence::ends);
    events_.clear();
    dropped_ += std::exchange(bytes_, 0);
}

}  // namespace rollover::console
