//! The figures, beside what the yardsticks need.

use std::time::Duration;

/// One server under one load.
#[derive(Clone, Copy)]
pub struct Figures {
    pub cpu_micros: f64,
    pub per_second: f64,
}

/// Both servers, one right after the other.
pub struct Pair {
    pub ours: Figures,
    pub bare: Figures,
}

impl Pair {
    fn cpu(&self) -> f64 {
        self.ours.cpu_micros / self.bare.cpu_micros
    }

    fn speed(&self) -> f64 {
        self.ours.per_second / self.bare.per_second
    }

    pub fn line(&self, round: u64) -> String {
        format!(
            "round {round}: server CPU {:.1} / {:.1} us = {:.2}; requests a second {:.0} / {:.0} = {:.2}",
            self.ours.cpu_micros,
            self.bare.cpu_micros,
            self.cpu(),
            self.ours.per_second,
            self.bare.per_second,
            self.speed()
        )
    }
}

/// What is aimed at.
pub struct Aims {
    cpu: &'static str,
    speed: &'static str,
}

impl Aims {
    pub const ONE: Self = Self {
        cpu: "at most 1.6",
        speed: "at least 0.6",
    };
    pub const LIST: Self = Self {
        cpu: "at most 3.0",
        speed: "",
    };
}

/// The medians of the rounds.
pub fn reads(name: &str, pairs: &[Pair], aims: &Aims) {
    let of = |figure: &dyn Fn(&Pair) -> f64| median(pairs.iter().map(figure).collect());
    println!(
        "\n{:<42} {:>9} {:>9} {:>7}  aim",
        "", "ferrite", "bare", "ratio"
    );
    println!(
        "{:<42} {:>9.1} {:>9.1} {:>7.2}  {}",
        format!("server CPU per {name}, us"),
        of(&|pair| pair.ours.cpu_micros),
        of(&|pair| pair.bare.cpu_micros),
        of(&Pair::cpu),
        aims.cpu
    );
    println!(
        "{:<42} {:>9.0} {:>9.0} {:>7.2}  {}",
        "requests a second",
        of(&|pair| pair.ours.per_second),
        of(&|pair| pair.bare.per_second),
        of(&Pair::speed),
        aims.speed
    );
}

/// The median of the rounds of (products, rows) a second.
pub fn writes(pairs: &[(f64, f64)]) {
    let of = |figure: &dyn Fn(&(f64, f64)) -> f64| median(pairs.iter().map(figure).collect());
    println!(
        "\n{:<42} {:>9.0} {:>9.0} {:>7.2}  at least 0.5\n",
        "products, rows a second",
        of(&|pair| pair.0),
        of(&|pair| pair.1),
        of(&|pair| pair.0 / pair.1)
    );
}

/// The median of the starts.
pub fn starts(times: &[Duration]) {
    let millis = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
    println!(
        "{:<42} {:>9.1} {:>9} {:>7}  under 50",
        "exec to first answered request, ms",
        median(millis),
        "",
        ""
    );
}

/// Resident memory in MiB at several moments, with what is aimed at.
pub fn memory(moments: &[(&str, f64, &str)]) {
    for (moment, mib, aim) in moments {
        let title = format!("resident memory {moment}, MiB");
        println!("{title:<42} {mib:>9.1} {:>9} {:>7}  {aim}", "", "");
    }
    println!();
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
