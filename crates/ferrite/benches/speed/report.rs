//! The figures, beside what the yardstick needs.

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

/// The medians of the rounds, the starts and the memory, with what is aimed at.
pub fn print(pairs: &[Pair], starts: &[Duration], memory: [f64; 3]) {
    let of = |figure: &dyn Fn(&Pair) -> f64| median(pairs.iter().map(figure).collect());
    println!(
        "\n{:<42} {:>9} {:>9} {:>7}  aim",
        "", "ferrite", "bare", "ratio"
    );
    println!(
        "{:<42} {:>9.1} {:>9.1} {:>7.2}  at most 1.6",
        "server CPU per signed GET, us",
        of(&|pair| pair.ours.cpu_micros),
        of(&|pair| pair.bare.cpu_micros),
        of(&Pair::cpu)
    );
    println!(
        "{:<42} {:>9.0} {:>9.0} {:>7.2}  at least 0.6",
        "requests a second",
        of(&|pair| pair.ours.per_second),
        of(&|pair| pair.bare.per_second),
        of(&Pair::speed)
    );
    let millis = starts.iter().map(|time| time.as_secs_f64() * 1e3).collect();
    println!(
        "{:<42} {:>9.1} {:>9} {:>7}  under 50",
        "exec to first answered request, ms",
        median(millis),
        "",
        ""
    );
    // What the load leaves is the nonces that it has used up: some 32 bytes each.
    let places = [
        ("at the first answer", "under 60"),
        ("after 100 sign-ins", "under 60"),
        ("after the load as well", ""),
    ];
    for ((place, aim), mib) in places.into_iter().zip(memory) {
        let title = format!("resident memory {place}, MiB");
        println!("{title:<42} {mib:>9.1} {:>9} {:>7}  {aim}", "", "");
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
