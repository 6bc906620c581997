"""What a run reads: words into files and addresses, what is packaged, and what is kept between runs."""
