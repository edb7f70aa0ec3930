#include "simulators/lab/serial_line.h"

#include "drivers/transport/com_port_codec.h"

#include <algorithm>
#include <limits>

namespace rollover::sim {

namespace {
constexpr std::uint64_t longest_burst = 16;
}  // namespace

serial_line::serial_line(std::string name, uart* port, std::uint32_t baud, line_faults faults)
    : name_(std::move(name)),
      port_(port),
      faults_(std::move(faults)),
      dice_(faults_.seed),
      baud_(baud),
      character_(duration(std::chrono::seconds(10)) / baud) {
    if (port_ != nullptr) {
        port_->on_line([this](std::string_view characters) { printed(characters); });
        port_->on_framing_error([this] {
            if (client_ != nullptr) {
                client_->line_state(transport::line_state_framing);
            }
        });
        if (faults_.loss > 0) {
            port_->lose(faults_.loss, dice_.next());
        }
    }
}

bool serial_line::attach(serial_client& client) {
    if (client_ != nullptr) {
        return false;
    }
    client_ = &client;
    return true;
}

void serial_line::detach(serial_client& client) {
    if (client_ == &client) {
        client_ = nullptr;
    }
}

bool serial_line::welcome() {
    if (faults_.refused == 0) {
        return true;
    }
    --faults_.refused;
    return false;
}

void serial_line::type(std::string_view characters) {
    const std::size_t passing = before_reset(characters.size());
    std::string_view heard = characters.substr(0, passing);
    passed_ += heard.size();
    if (faults_.silent_after) {
        heard = heard.substr(
            0, std::min<std::uint64_t>(heard.size(), *faults_.silent_after - std::min(typed_, *faults_.silent_after)));
    }
    typed_ += passing;
    if (port_ != nullptr && !heard.empty()) {
        port_->send(heard);
    }
    reset_if_due();
}

void serial_line::end_break(duration how_long) {
    send_break(std::min(how_long, 2 * character_));
}

void serial_line::send_break(duration how_long) {
    if (port_ != nullptr) {
        port_->send_break(how_long);
    }
}

void serial_line::set_baud(std::uint32_t baud) {
    baud_ = baud;
    if (port_ != nullptr) {
        port_->set_baud(baud);
    }
}

void serial_line::purge() {
    if (port_ != nullptr) {
        port_->purge();
    }
}

std::size_t serial_line::queued() const {
    return port_ == nullptr ? 0 : port_->queued();
}

void serial_line::inject(line_faults faults) {
    faults_ = std::move(faults);
    dice_ = random_bits(faults_.seed);
    typed_ = printed_ = passed_ = 0;
    if (port_ != nullptr) {
        port_->lose(faults_.loss, dice_.next());
    }
}

void serial_line::hang_up() {
    if (client_ != nullptr) {
        client_->hang_up();
    }
}

void serial_line::hold(bool suspended) {
    if (client_ != nullptr) {
        client_->hold(suspended);
    }
}

void serial_line::printed(std::string_view characters) {
    if (faults_.silent_after && typed_ >= *faults_.silent_after) {
        return;
    }
    while (!faults_.garbage_at.empty() && faults_.garbage_at.front() <= printed_ + characters.size()) {
        const std::size_t before = faults_.garbage_at.front() - std::min(printed_, faults_.garbage_at.front());
        faults_.garbage_at.erase(faults_.garbage_at.begin());
        to_client(characters.substr(0, before));
        to_client(garbage());
        printed_ += before;
        characters.remove_prefix(before);
    }
    printed_ += characters.size();
    to_client(characters);
}

void serial_line::to_client(std::string_view characters) {
    if (client_ == nullptr || characters.empty()) {
        return;
    }
    const std::string_view passing = characters.substr(0, before_reset(characters.size()));
    passed_ += passing.size();
    if (!passing.empty()) {
        client_->print(passing);
    }
    reset_if_due();
}

std::size_t serial_line::before_reset(std::size_t count) {
    if (!faults_.reset_after) {
        return count;
    }
    return static_cast<std::size_t>(std::min<std::uint64_t>(count, *faults_.reset_after - passed_));
}

void serial_line::reset_if_due() {
    if (faults_.reset_after && passed_ >= *faults_.reset_after) {
        faults_.reset_after.reset();
        if (faults_.lost_for_good) {
            faults_.refused = std::numeric_limits<unsigned>::max();
        }
        if (client_ != nullptr) {
            client_->hang_up();
        }
    }
}

std::string serial_line::garbage() {
    std::string bytes(1 + dice_.below(longest_burst), '\0');
    for (char& c : bytes) {
        c = static_cast<char>(dice_.next());
    }
    return bytes;
}

}  // namespace rollover::sim
