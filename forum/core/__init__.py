"""What every slice stands on; knows neither Flask nor a subject."""
