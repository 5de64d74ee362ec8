"""The rules of acts that every case has, and what they share: facts for the guards, tasks, photos, places, names."""
