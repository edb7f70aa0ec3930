#include "simulators/device/device.h"
#include "simulators/device/garble.h"
#include "simulators/device/random.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace rollover::sim {
namespace {

constexpr std::uint32_t default_baud = 9600;

duration character_time(std::uint32_t baud) {
    return duration(static_cast<duration::rep>(1'000'000'000ULL * bits_per_character / baud));
}

/// A queue of characters that costs nothing per character; the front is dropped when everything has gone.
class character_queue {
public:
    [[nodiscard]] bool empty() const { return first_ == text_.size(); }
    [[nodiscard]] std::size_t size() const { return text_.size() - first_; }
    void push(std::string_view more) { text_.append(more); }
    void push(char one) { text_.push_back(one); }
    [[nodiscard]] std::string_view front(std::size_t count) const {
        return std::string_view(text_).substr(first_, count);
    }
    void pop(std::size_t count) {
        first_ += count;
        if (empty()) {
            clear();
        }
    }
    void clear() {
        text_.clear();
        first_ = 0;
    }

private:
    std::string text_;
    std::size_t first_ = 0;
};

}  // namespace

struct uart::state {
    state(runtime& r, uart_options o)
        : rt(r),
          options(o),
          device_baud(o.baud),
          converter_baud(o.baud),
          device_character(character_time(o.baud)),
          converter_character(device_character),
          in_alarm(r.make_alarm([this] { on_in_alarm(); })),
          out_alarm(r.make_alarm([this] { on_out_alarm(); })) {}

    // From the device to the converter.
    void print(std::string_view text);
    void arm_out();
    void on_out_alarm();
    void take_passed();
    void hand_over(std::string_view text);

    // From the converter to the device.
    void send(std::string_view text);
    void on_in_alarm();
    void arm_in();
    void run_until(time_point now);
    void arrive(time_point when);
    void arrive_break(time_point when);
    void receive(char character, time_point when);
    void start_service(time_point when);
    [[nodiscard]] time_point next_arrival() const;
    [[nodiscard]] time_point service_end() const;

    /// A BREAK stands in the transmit queue after so many characters.
    struct queued_break {
        std::size_t after = 0;
        duration how_long{};
    };

    runtime& rt;
    const uart_options options;
    uart_counters counts;
    device* behind = nullptr;
    std::function<void(std::string_view)> to_converter;
    std::function<void()> framing_error;
    std::uint32_t device_baud;
    std::uint32_t converter_baud;
    duration device_character;
    duration converter_character;

    character_queue printing;  // in the device's transmitter
    time_point print_start{};  // of the first character in `printing`
    time_point out_armed = never;
    std::string garbled;

    character_queue sending;  // in the converter's transmitter
    std::deque<queued_break> breaks;
    time_point send_start{};  // of the first character in `sending`
    character_queue fifo;
    bool serving = false;
    char served = 0;
    time_point service_from{};
    time_point in_armed = never;
    double loss = 0;
    random_bits dice{0};

    std::unique_ptr<alarm> in_alarm;
    std::unique_ptr<alarm> out_alarm;
};

void uart::state::print(std::string_view text) {
    if (text.empty()) {
        return;
    }
    if (printing.empty()) {
        print_start = std::max(rt.now(), print_start);
    }
    printing.push(text);
    arm_out();
}

void uart::state::arm_out() {
    const std::size_t count = std::min(printing.size(), std::max<std::size_t>(options.converter_trigger, 1));
    const time_point when = print_start + device_character * static_cast<duration::rep>(count);
    // The first piece of a longer text stays as announced: what comes later cannot delay it.
    if (out_armed == never || when < out_armed) {
        out_armed = when;
        out_alarm->set(when);
    }
}

void uart::state::on_out_alarm() {
    out_armed = never;
    take_passed();
}

/// What has left the device by now reaches the converter.
void uart::state::take_passed() {
    const auto passed = static_cast<std::size_t>((rt.now() - print_start) / device_character);
    const std::size_t count = std::min(passed, printing.size());
    const std::string piece(printing.front(count));
    printing.pop(count);
    print_start += device_character * static_cast<duration::rep>(count);
    counts.printed += count;
    if (!printing.empty()) {
        arm_out();
    }
    hand_over(piece);
}

void uart::state::hand_over(std::string_view text) {
    if (!to_converter || text.empty()) {
        return;
    }
    if (converter_baud == device_baud) {
        to_converter(text);
        return;
    }
    garbled.clear();
    for (const char c : text) {
        garble(c, device_baud, converter_baud, garbled);
    }
    if (!garbled.empty()) {
        if (framing_error) {
            framing_error();
        }
        to_converter(garbled);
    }
}

void uart::state::send(std::string_view text) {
    if (text.empty()) {
        return;
    }
    if (sending.empty() && breaks.empty()) {
        send_start = std::max(rt.now(), send_start);
    }
    sending.push(text);
    arm_in();
}

time_point uart::state::next_arrival() const {
    if (!breaks.empty() && breaks.front().after == 0) {
        return send_start + breaks.front().how_long;
    }
    return sending.empty() ? never : send_start + converter_character;
}

time_point uart::state::service_end() const {
    if (!serving) {
        return never;
    }
    const time_point from = behind == nullptr ? service_from : std::max(service_from, behind->busy_until());
    return from + options.service_time;
}

void uart::state::start_service(time_point when) {
    served = fifo.front(1).front();
    fifo.pop(1);
    serving = true;
    service_from = when;
}

void uart::state::receive(char character, time_point when) {
    ++counts.received;
    if ((loss > 0 && dice.chance(loss)) || fifo.size() >= options.fifo) {
        ++counts.lost;
        return;
    }
    fifo.push(character);
    if (!serving) {
        start_service(when);
    }
}

void uart::state::arrive(time_point when) {
    if (!breaks.empty() && breaks.front().after == 0) {
        arrive_break(when);
        return;
    }
    const char character = sending.front(1).front();
    sending.pop(1);
    send_start = when;
    for (queued_break& b : breaks) {
        --b.after;
    }
    if (converter_baud == device_baud) {
        receive(character, when);
        return;
    }
    garbled.clear();
    garble(character, converter_baud, device_baud, garbled);
    const std::string heard = garbled;
    for (const char c : heard) {
        receive(c, when);
    }
}

void uart::state::arrive_break(time_point when) {
    const duration how_long = breaks.front().how_long;
    breaks.pop_front();
    send_start = when;
    if (how_long < device_character) {
        receive('\0', when);
        return;
    }
    ++counts.breaks;
    if (behind != nullptr) {
        behind->input_break();
    }
}

void uart::state::run_until(time_point now) {
    for (;;) {
        const time_point arrival = next_arrival();
        const time_point end = service_end();
        if (std::min(arrival, end) > now) {
            return;
        }
        if (arrival < end) {
            arrive(arrival);
            continue;
        }
        serving = false;
        if (behind != nullptr) {
            behind->input(served);
        }
        if (!fifo.empty()) {
            start_service(end);
        }
    }
}

void uart::state::on_in_alarm() {
    in_armed = never;
    run_until(rt.now());
    arm_in();
}

void uart::state::arm_in() {
    // Arrivals matter only when the processor is idle or a BREAK comes; otherwise they are looked at when it is done.
    time_point when = service_end();
    if (!serving || (!breaks.empty() && breaks.front().after == 0)) {
        const time_point arrival = next_arrival();
        const bool is_break = !breaks.empty() && breaks.front().after == 0;
        when = std::min(when, arrival == never || is_break ? arrival : arrival + options.service_time);
    }
    if (when != in_armed) {
        in_armed = when;
        in_alarm->set(when);
    }
}

uart::uart(runtime& rt, uart_options options) {
    if (options.baud == 0) {
        options.baud = default_baud;
    }
    state_ = std::make_unique<state>(rt, options);
}

uart::~uart() = default;

void uart::attach(device& d) {
    state_->behind = &d;
}

output uart::printer() {
    return [s = state_.get()](std::string_view text) { s->print(text); };
}

void uart::on_line(std::function<void(std::string_view)> to_converter) {
    state_->to_converter = std::move(to_converter);
}

void uart::on_framing_error(std::function<void()> report) {
    state_->framing_error = std::move(report);
}

void uart::send(std::string_view characters) {
    state_->send(characters);
}

void uart::send_break(duration how_long) {
    if (state_->next_arrival() == never) {
        state_->send_start = std::max(state_->rt.now(), state_->send_start);
    }
    state_->breaks.push_back({state_->sending.size(), how_long});
    state_->arm_in();
}

std::size_t uart::queued() const {
    state_->run_until(state_->rt.now());
    return state_->sending.size();
}

void uart::purge() {
    state_->run_until(state_->rt.now());
    state_->sending.clear();
    state_->breaks.clear();
    state_->arm_in();
}

void uart::set_baud(std::uint32_t converter_side) {
    if (converter_side == 0 || converter_side == state_->converter_baud) {
        return;
    }
    state_->run_until(state_->rt.now());
    state_->converter_baud = converter_side;
    state_->converter_character = character_time(converter_side);
    state_->arm_in();
}

void uart::set_device_baud(std::uint32_t device_side) {
    const auto wanted = device_side == 0 ? state_->options.baud : device_side;
    if (wanted == state_->device_baud) {
        return;
    }
    state_->run_until(state_->rt.now());
    if (!state_->printing.empty()) {
        state_->take_passed();
    }
    state_->device_baud = wanted;
    state_->device_character = character_time(wanted);
    if (!state_->printing.empty()) {
        state_->print_start = state_->rt.now();
        state_->out_armed = never;
        state_->arm_out();
    }
    state_->arm_in();
}

std::uint32_t uart::device_baud() const {
    return state_->device_baud;
}

void uart::lose(double probability, std::uint64_t seed) {
    state_->loss = probability;
    state_->dice = random_bits(seed);
}

const uart_counters& uart::counters() const {
    return state_->counts;
}

}  // namespace rollover::sim
