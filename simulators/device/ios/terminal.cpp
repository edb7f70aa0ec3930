#include "simulators/device/ios/terminal.h"

#include <algorithm>

namespace rollover::sim::ios {
namespace {

constexpr char escape_sequence = 0x1e;  // ^^

bool is_enter(char c) {
    return c == '\r' || c == '\n';
}

}  // namespace

void terminal::say(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (const char c : text) {
        if (c == '\n') {
            out.push_back('\r');
        }
        out.push_back(c);
    }
    if (!out.empty()) {
        print_(out);
    }
}

void terminal::log(std::string_view message) {
    say("\n" + std::string(message) + "\n");
    if (synchronous) {
        redisplay();
    }
}

void terminal::redisplay() {
    switch (state_) {
        case state::line:
        case state::answer: say(prompt_ + editor.shown()); break;
        case state::password:
        case state::key: say(prompt_); break;
        case state::pager: say(more); break;
        default: break;
    }
}

void terminal::reset() {
    ahead_.clear();
    length = 24;
    width = 80;
    synchronous = false;
    editor = line_editor();
    state_ = state::deaf;
}

void terminal::wait_for_return(action then) {
    then_ = std::move(then);
    state_ = state::idle;
    ahead_.clear();
}

void terminal::read(std::string prompt, on_line handler, std::string with, bool silently) {
    prompt_ = std::move(prompt);
    on_line_ = std::move(handler);
    editor.offer_help(true);
    editor.start_with(std::move(with), prompt_.size(), width);
    state_ = state::line;
    if (!silently) {
        say(prompt_ + editor.shown());
    }
    drain();
}

void terminal::ask(std::string question, on_answer handler, action on_abort, bool silently) {
    if (!silently) {
        say(question);
    }
    prompt_ = question.substr(question.rfind('\n') == std::string::npos ? 0 : question.rfind('\n') + 1);
    on_answer_ = std::move(handler);
    on_abort_ = std::move(on_abort);
    editor.offer_help(false);
    editor.start(prompt_.size(), width);
    state_ = state::answer;
    drain();
}

void terminal::ask_password(std::string question, on_answer handler, action on_abort) {
    say(question);
    prompt_ = std::move(question);
    on_answer_ = std::move(handler);
    on_abort_ = std::move(on_abort);
    secret_.clear();
    ahead_.clear();
    state_ = state::password;
}

void terminal::confirm(std::string question, on_confirm handler) {
    ask_key(std::move(question),
            [handler = std::move(handler)](char key) { handler(is_enter(key) || key == 'y' || key == 'Y'); });
}

void terminal::ask_key(std::string question, on_key handler) {
    say(question);
    prompt_ = std::move(question);
    on_key_ = std::move(handler);
    state_ = state::key;
    drain();
}

void terminal::read_raw(std::function<bool(char)> handler) {
    on_raw_ = std::move(handler);
    state_ = state::raw;
    drain();
}

void terminal::busy() {
    state_ = state::busy;
    on_abort_ = {};
}

void terminal::busy(duration how_long, action then, action on_abort) {
    state_ = state::busy;
    on_abort_ = std::move(on_abort);
    waiting_ = later_.after(how_long, std::move(then));
}

void terminal::input(char character) {
    switch (state_) {
        case state::deaf: return;
        case state::busy:
            if (character == escape_sequence && on_abort_) {
                later_.cancel(waiting_);
                const action abort = std::move(on_abort_);
                on_abort_ = {};
                abort();
            } else if (ahead_.size() < type_ahead) {
                ahead_.push_back(character);
            }
            return;
        default: break;
    }
    if (ahead_.empty()) {
        take(character);
        return;
    }
    ahead_.push_back(character);
    drain();
}

void terminal::drain() {
    if (draining_) {
        return;
    }
    draining_ = true;
    while (!ahead_.empty() && takes_keys()) {
        const char character = ahead_.front();
        ahead_.pop_front();
        take(character);
    }
    draining_ = false;
}

void terminal::take(char character) {
    switch (state_) {
        case state::idle:
            if (character == '\r') {
                state_ = state::busy;
                const action then = std::move(then_);
                then();
            }
            break;
        case state::line: take_line(character); break;
        case state::answer: take_answer(character); break;
        case state::password: take_password(character); break;
        case state::key: take_confirmation(character); break;
        case state::pager: take_pager(character); break;
        case state::raw: {
            say(is_enter(character) ? std::string_view("\n") : std::string_view(&character, 1));
            if (const auto handler = on_raw_; handler(character)) {
                on_raw_ = {};
            }
            break;
        }
        case state::deaf:
        case state::busy: break;
    }
}

void terminal::take_line(char character) {
    std::string echo;
    const key_event event = editor.key(character, echo);
    if (!echo.empty()) {
        print_(echo);
    }
    if (event == key_event::none) {
        return;
    }
    state_ = state::busy;
    on_abort_ = {};
    const on_line handler = std::move(on_line_);
    const std::string text = editor.text();
    handler(event, text);
}

void terminal::take_answer(char character) {
    std::string echo;
    const key_event event = editor.key(character, echo);
    if (!echo.empty()) {
        print_(echo);
    }
    if (event == key_event::abort && on_abort_) {
        state_ = state::busy;
        const action abort = std::move(on_abort_);
        on_abort_ = {};
        abort();
    } else if (event == key_event::line) {
        say("\n");
        state_ = state::busy;
        on_abort_ = {};
        const on_answer handler = std::move(on_answer_);
        const std::string text = editor.text();
        handler(text);
    }
}

void terminal::take_password(char character) {
    if (is_enter(character)) {
        say("\n");
        state_ = state::busy;
        on_abort_ = {};
        const on_answer handler = std::move(on_answer_);
        const std::string typed = std::move(secret_);
        secret_.clear();
        handler(typed);
    } else if (character == 0x03 && on_abort_) {
        state_ = state::busy;
        const action abort = std::move(on_abort_);
        on_abort_ = {};
        abort();
    } else if (character == '\b' || character == 0x7f) {
        secret_.resize(secret_.size() - std::min<std::size_t>(secret_.size(), 1));
    } else if (character == 0x15) {  // ^U
        secret_.clear();
    } else {
        secret_.push_back(character);
    }
}

void terminal::take_confirmation(char character) {
    if (is_enter(character)) {
        say("\n");
    } else if (static_cast<unsigned char>(character) >= 0x20) {
        say(std::string_view(&character, 1));
    }
    state_ = state::busy;
    on_abort_ = {};
    const on_key handler = std::move(on_key_);
    handler(character);
}

void terminal::page(std::string text, action then, bool silently) {
    paged_ = std::move(text);
    paged_from_ = 0;
    then_ = std::move(then);
    if (silently) {
        const output real = std::move(print_);
        print_ = [](std::string_view) {};
        print_lines(length == 0 ? 0 : length - 1);
        print_ = real;
        return;
    }
    print_lines(length == 0 ? 0 : length - 1);
}

// Prints `count` lines (0: all) and stops at a --More-- when there are others.
void terminal::print_lines(std::size_t count) {
    std::size_t end = paged_from_;
    for (std::size_t n = 0; end < paged_.size() && (count == 0 || n < count); ++n) {
        const std::size_t line_end = paged_.find('\n', end);
        end = line_end == std::string::npos ? paged_.size() : line_end + 1;
    }
    say(std::string_view(paged_).substr(paged_from_, end - paged_from_));
    paged_from_ = end;
    if (end < paged_.size()) {
        say(more);
        state_ = state::pager;
        drain();
        return;
    }
    state_ = state::busy;
    const action then = std::move(then_);
    then();
}

void terminal::take_pager(char character) {
    say(wipe_more);
    if (character == ' ') {
        print_lines(length == 0 ? 0 : length - 1);
    } else if (is_enter(character)) {
        print_lines(1);
    } else {
        state_ = state::busy;
        const action then = std::move(then_);
        then();
    }
}

}  // namespace rollover::sim::ios
