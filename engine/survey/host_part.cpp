#include "engine/survey/host_part.h"

#include "engine/activation/addresses.h"
#include "engine/survey/counting.h"

#include <algorithm>

namespace rollover::survey {

using namespace std::chrono_literals;

namespace {

constexpr duration until_answers_come = 1s;

}  // namespace

std::string join_name(const std::string& id) {
    return id + std::string(crossconnect::survey_suffix);
}

host_part::host_part(activation::environment& env, const model::lab& lab, model::cross_connect_index where,
                     observation& o, std::string id, const prober_factory& make)
    : env_(env), lab_(lab), where_(where), o_(o), id_(std::move(id)), make_(make) {
    for (std::size_t i = 0; i < o.spots.size(); ++i) {
        if (o.spots[i].cross_connect == where) {
            spots_.push_back(i);
            by_place_.emplace(o.spots[i].at, i);
        }
    }
}

task<result<void>> host_part::begin(time_point deadline) {
    worked_ = co_await try_to_begin(deadline);
    co_return worked_;
}

task<result<void>> host_part::try_to_begin(time_point deadline) {
    auto address = activation::address_of(lab_, lab_.at(where_));
    if (!address) {
        co_return std::move(address).error().at("cross-connect " + name());
    }
    activation::record intent{activation::record_kind::joining, id_, name(), join_name(id_), {}};
    const auto written = co_await env_.journal.append(std::move(intent));
    if (!written) {
        co_return written;
    }
    prober_ = make_(env_.rt, std::move(*address));
    std::vector<crossconnect::marked_place> where;
    for (const auto spot : spots_) {
        where.push_back({o_.spots[spot].at, o_.first_mark + static_cast<unsigned>(spot)});
    }
    const auto begun = co_await prober_->begin(join_name(id_), std::move(where), deadline);
    if (!begun) {
        co_return begun.error();
    }
    for (std::size_t i = 0; i < spots_.size(); ++i) {
        auto& seen = o_.seen[spots_[i]];
        const auto& one = (*begun)[i];
        using kind = crossconnect::look_result::kind;
        seen.what = one.what == kind::looked_at   ? spot_seen::kind::looked_at
                    : one.what == kind::in_a_join ? spot_seen::kind::in_a_join
                                                  : spot_seen::kind::no_port;
        seen.why = one.why;
    }
    co_return result<void>();
}

task<result<void>> host_part::call(time_point deadline) {
    if (!worked_) {
        co_return worked_;
    }
    std::vector<crossconnect::frames_to> frames;
    for (const auto spot : spots_) {
        if (o_.seen[spot].what == spot_seen::kind::looked_at) {
            frames.push_back({o_.spots[spot].at, 1});
        }
    }
    worked_ = co_await prober_->send(crossconnect::call_kind::question, std::move(frames), deadline);
    if (worked_) {
        worked_ = co_await sleep_for(env_.rt, until_answers_come);
    }
    co_return co_await look(deadline);
}

task<result<void>> host_part::look(time_point deadline) {
    if (!worked_) {
        co_return worked_;
    }
    const auto sightings = co_await prober_->look(deadline);
    if (!sightings) {
        worked_ = sightings.error();
        co_return worked_;
    }
    for (const auto& one : *sightings) {
        const auto [first, last] = by_place_.equal_range(one.where);
        for (auto at = first; at != last; ++at) {
            o_.seen[at->second].sources = one.sources;
        }
    }
    co_return worked_;
}

bool host_part::can_announce() const {
    return worked_ && prober_ != nullptr && prober_->can_send(crossconnect::call_kind::announce);
}

task<result<void>> host_part::send(crossconnect::call_kind what, std::function<bool(std::size_t)> gets,
                                   time_point deadline) {
    if (!worked_) {
        co_return worked_;
    }
    const unsigned each = what == crossconnect::call_kind::count ? frames_of_a_round : 1;
    std::vector<crossconnect::frames_to> frames;
    for (const auto spot : spots_) {
        if (o_.seen[spot].what == spot_seen::kind::looked_at && gets(spot)) {
            frames.push_back({o_.spots[spot].at, each});
        }
    }
    worked_ = co_await prober_->send(what, std::move(frames), deadline);
    co_return worked_;
}

}  // namespace rollover::survey
