#include "engine/service/event_stream.h"

#include <algorithm>
#include <charconv>

namespace rollover::service {

namespace {

constexpr std::string_view line_breaking("\r\n\0", 3);

}  // namespace

result<std::string> written_event(std::string_view id, std::string_view event, std::string_view data) {
    if (id.find_first_of(line_breaking) != std::string_view::npos ||
        event.find_first_of(line_breaking) != std::string_view::npos) {
        return failure(errc::bad_input, "an event's id and kind are one line each");
    }
    std::string out;
    if (!id.empty()) {
        out.append("id: ").append(id) += '\n';
    }
    if (!event.empty()) {
        out.append("event: ").append(event) += '\n';
    }
    for (std::size_t begin = 0; begin <= data.size();) {
        const auto end = std::min(data.find_first_of("\r\n", begin), data.size());
        out.append("data: ").append(data.substr(begin, end - begin)) += '\n';
        begin = end + (data.substr(end, 2) == "\r\n" ? 2 : 1);
    }
    out += '\n';
    return out;
}

std::string written_comment(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '\r', ' ');
    std::replace(out.begin(), out.end(), '\n', ' ');
    return ": " + out + "\n\n";
}

result<std::vector<server_event>> event_parser::feed(std::string_view bytes) {
    std::vector<server_event> events;
    while (!bytes.empty()) {
        if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const auto end = std::min(bytes.find_first_of("\r\n"), bytes.size());
        if (end > most_bytes_ - std::min(most_bytes_, held_ + line_.size())) {
            return failure(errc::protocol, "an event is larger than " + std::to_string(most_bytes_) + " bytes");
        }
        line_ += bytes.substr(0, end);
        if (end == bytes.size()) {
            break;
        }
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        end_line(events);
    }
    return events;
}

void event_parser::end_line(std::vector<server_event>& into) {
    if (std::exchange(first_line_, false) && line_.starts_with("\xef\xbb\xbf")) {
        line_.erase(0, 3);
    }
    if (line_.empty()) {
        if (has_data_) {
            current_.data.pop_back();  // the '\n' after the last line
            current_.id = last_id_;
            if (current_.event.empty()) {
                current_.event = "message";
            }
            into.push_back(std::move(current_));
        }
        current_ = {.id = {}, .event = {}, .data = {}};
        has_data_ = false;
        held_ = 0;
        return;
    }
    const std::string_view line = line_;
    const auto colon = line.find(':');
    if (colon != 0) {  // else a comment
        held_ += line.size() + 1;
        const auto name = line.substr(0, colon);
        auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (value.starts_with(' ')) {
            value.remove_prefix(1);
        }
        take_field(name, value);
    }
    line_.clear();
}

void event_parser::take_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        current_.data.append(value) += '\n';
        has_data_ = true;
    } else if (name == "event") {
        current_.event = value;
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos) {
            last_id_ = value;
        }
    } else if (name == "retry" && value.size() <= 9 && !value.empty() &&
               value.find_first_not_of("0123456789") == std::string_view::npos) {
        std::uint32_t milliseconds = 0;
        std::from_chars(value.data(), value.data() + value.size(), milliseconds);
        retry_ = std::chrono::milliseconds(milliseconds);
    }
}

}  // namespace rollover::service
